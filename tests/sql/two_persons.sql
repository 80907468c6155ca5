-- What needs a second person needs one whoever writes it: each rule is tried here as the superuser, past services and grants, by
-- a row that keeps it (which must be taken) and by changes that break it.  One row a rule that does not hold; everything is
-- rolled back.  Not a *.sh: schema.sh runs it.
BEGIN;
CREATE TEMP TABLE breach (rule text, place text) ON COMMIT DROP;
DO $$
DECLARE
    tried record;
    found text;
BEGIN
    INSERT INTO plant (plant_id) VALUES ('TWO-PERSONS');
    INSERT INTO stock_document (plant_id, document, kind, state, value, approve_above, effective_on, created_by, decided_by)
        VALUES ('TWO-PERSONS', 'AD-1', 'adjustment', 'done', 900, 100, '2026-01-31', 'ann', 'bob');
    INSERT INTO purchase_order (plant_id, purchase_order, supplier, state, value, approve_above, made_by, approved_by)
        VALUES ('TWO-PERSONS', 'PO-1', 'ACME', 'sent', 900, 100, 'ann', 'bob');
    INSERT INTO accounting_month (plant_id, month, closing, closed_by, stock, wip, reopen_asked_by, reopened_by)
        VALUES ('TWO-PERSONS', '2026-01-01', 1, 'ann', 0, 0, 'ann', 'bob');
    INSERT INTO cost_version (plant_id, cost_version, state, prices, made_by, changed_by, frozen_by, released_by, reverted_by,
                              effective_on, release_no)
        VALUES ('TWO-PERSONS', 'V1', 'reverted', 'standard', 'ann', 'ann', 'ann', 'bob', 'cy', '2026-01-31', 1);
    INSERT INTO invoice (plant_id, invoice, kind, supplier, number, state, blocked_for, amount, effective_on, entered_by, decided_by)
        VALUES ('TWO-PERSONS', 'SI-1', 'invoice', 'ACME', '1', 'posted', 'price', 9, '2026-01-31', 'ann', 'bob');
    INSERT INTO engineering_change (plant_id, change_id, state, author, approver) VALUES ('TWO-PERSONS', 'EC-1', 'approved', 'ann', 'bob');
    FOR tried IN SELECT * FROM (VALUES
        ('stock_document', 'maker_is_not_checker', 'decided_by = created_by'),
        ('stock_document', 'large_needs_a_checker', 'decided_by = NULL'),
        ('purchase_order', 'purchase_large_needs_a_checker', 'approved_by = made_by'),
        ('purchase_order', 'purchase_large_needs_a_checker', 'approved_by = NULL'),
        ('accounting_month', 'month_is_reopened_by_two', 'reopened_by = reopen_asked_by'),
        ('accounting_month', 'month_is_reopened_by_two', 'reopen_asked_by = NULL'),
        ('cost_version', 'cost_version_is_released_by_another', 'released_by = made_by'),
        ('cost_version', 'cost_version_is_released_by_another', 'changed_by = released_by'),
        ('cost_version', 'cost_version_is_released_by_another', 'frozen_by = released_by'),
        ('cost_version', 'cost_version_is_reverted_by_another', 'reverted_by = released_by'),
        ('cost_version', 'cost_version_release_is_complete', 'released_by = NULL, reverted_by = NULL'),
        ('invoice', 'invoice_is_decided_by_another', 'decided_by = entered_by'),
        ('invoice', 'invoice_blocked_needs_another', 'decided_by = NULL'),
        ('engineering_change', 'engineering_change_approved_by_another', 'approver = author'),
        ('engineering_change', 'engineering_change_approved', 'approver = NULL')) AS v (place, rule, change)
    LOOP
        BEGIN
            found := 'was taken';
            EXECUTE format('UPDATE %I SET %s WHERE plant_id = ''TWO-PERSONS''', tried.place, tried.change);
            RAISE EXCEPTION USING ERRCODE = 'triggered_action_exception';
        EXCEPTION WHEN check_violation THEN
            GET STACKED DIAGNOSTICS found = CONSTRAINT_NAME;
        WHEN triggered_action_exception THEN NULL;
        END;
        IF found <> tried.rule THEN
            INSERT INTO breach VALUES (tried.rule, tried.place || ': ' || tried.change || ': ' || found);
        END IF;
    END LOOP;
END $$;
SELECT * FROM breach;
ROLLBACK;
