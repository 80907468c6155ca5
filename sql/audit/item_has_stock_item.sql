-- Every item has the row that posters lock.
SELECT plant_id, item FROM item LEFT JOIN stock_item s USING (plant_id, item) WHERE s.item IS NULL;
