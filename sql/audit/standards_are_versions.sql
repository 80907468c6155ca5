-- A release by a second person made each standard, and what it moved of stock is the line it names.
SELECT t.plant_id, t.item, t.cost_version AS what, t.cost AS found, i.total AS wanted
FROM item_standard t LEFT JOIN cost_version v USING (plant_id, cost_version)
LEFT JOIN cost_version_item i USING (plant_id, cost_version, item)
WHERE v.release_no IS DISTINCT FROM t.release_no OR v.released_by IS NULL OR v.released_by IN (v.made_by, v.changed_by, v.frozen_by)
   OR i.total IS DISTINCT FROM t.cost
UNION ALL
SELECT t.plant_id, t.item, l.kind, l.value, round(l.on_hand * t.cost, 4)
FROM item_standard t LEFT JOIN ledger_line l USING (plant_id, posted_seq)
WHERE t.posted_seq IS NOT NULL AND (l.kind IS DISTINCT FROM 'revaluation' OR l.item <> t.item OR l.value <> round(l.on_hand * t.cost, 4))
UNION ALL
-- A revaluation moves value of stock and nothing else.
SELECT plant_id, item, document, amount, qty
FROM ledger_line WHERE kind = 'revaluation' AND (qty <> 0 OR wip <> 0 OR variance <> 0 OR amount = 0);
