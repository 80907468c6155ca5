-- Where stock may lie.  A posting that names any other place is refused (UNKNOWN_LOCATION).

CREATE TABLE location (
    plant_id    text NOT NULL REFERENCES plant,
    location    text NOT NULL,
    name        text NOT NULL DEFAULT '',
    work_center text NOT NULL DEFAULT '',      -- whose line-side stock it is: its operations consume here; '' none
    active      boolean NOT NULL DEFAULT true, -- false: nothing new goes there
    PRIMARY KEY (plant_id, location)
);
CREATE UNIQUE INDEX location_line_side ON location (plant_id, work_center) WHERE work_center <> '' AND active;

INSERT INTO location (plant_id, location)
SELECT plant_id, main_location FROM plant UNION SELECT plant_id, location FROM stock_balance WHERE location <> '';

-- What one person may adjust alone, unless the plant says otherwise.
ALTER TABLE plant_seq ALTER COLUMN approve_above SET DEFAULT 10000;
UPDATE plant_seq SET approve_above = 10000 WHERE approve_above IS NULL;
