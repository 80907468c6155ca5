-- A document above the plant's limit of its day was decided by somebody else than its maker.
SELECT plant_id, document, kind, value, approve_above, created_by, decided_by
FROM stock_document
WHERE kind <> 'transfer' AND state = 'done' AND value > approve_above AND (decided_by IS NULL OR decided_by = created_by);
