-- A bill that did not match and was posted without a second person.
SELECT plant_id, invoice, state, blocked_for, entered_by, decided_by
FROM invoice
WHERE blocked_for <> '' AND state IN ('posted', 'reversed') AND (decided_by IS NULL OR decided_by = entered_by);
