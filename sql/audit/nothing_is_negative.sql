-- No stock lies below zero where the item does not allow it, and an empty item has no value.
SELECT b.plant_id, b.item, b.location, b.qty
FROM stock_balance b
JOIN item i USING (plant_id, item)
WHERE b.qty < 0 AND NOT coalesce(i.allow_negative, false)
UNION ALL
SELECT plant_id, item, '', on_hand FROM stock_item WHERE on_hand = 0 AND value <> 0;
