-- What was promised of a sales order line.  A promise takes its place before lines that have none and were entered later;
-- it falls when the line asks for more or for another day.
ALTER TABLE sales_order_line
    ADD COLUMN promised_on date,
    ADD COLUMN promise_limit text NOT NULL DEFAULT '',         -- what kept it from the wanted day, in words
    ADD COLUMN promised_by text,
    ADD CONSTRAINT sales_promise_has_its_words CHECK (promised_on IS NOT NULL OR promise_limit = '' AND promised_by IS NULL);

-- Promises of a plant are made one after the other: who holds its row sees all those before.
CREATE TABLE promise_gate (
    plant_id text PRIMARY KEY REFERENCES plant
);
