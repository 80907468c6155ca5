-- Engineering changes that wait until stock is used up: looked for every second.
CREATE INDEX engineering_change_waiting ON engineering_change (plant_id) WHERE state = 'approved' AND stock_of IS NOT NULL;
