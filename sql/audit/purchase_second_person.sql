-- A purchase order above its limit that went on without a second person.
SELECT plant_id, purchase_order, state, value, approve_above, made_by, approved_by
FROM purchase_order
WHERE state NOT IN ('draft', 'cancelled') AND value > approve_above
  AND (approved_by IS NULL OR approved_by = made_by);
