-- As 0033_index_choice.sql: an index that begins with plant_id is taken to be as good as the primary key for a table that
-- nothing is known of yet, and closing a night's orders fills it from nothing.
DROP INDEX order_variance_order;
CREATE INDEX order_variance_order ON order_variance (work_order, plant_id);
