-- Orders whose variance at close is beyond what the plant tolerates, until somebody has noted them.

-- NULL: this limit says nothing.  Either one, where it is passed, raises an alarm.
ALTER TABLE plant_seq ADD COLUMN variance_alarm_pct numeric(18,6) CHECK (variance_alarm_pct >= 0);     -- of the standard
ALTER TABLE plant_seq ADD COLUMN variance_alarm_amount numeric(18,4) CHECK (variance_alarm_amount >= 0);

CREATE TABLE variance_alarm (
    plant_id   text NOT NULL,
    posted_seq bigint NOT NULL,                  -- of the settlement
    work_order text NOT NULL,
    variance   numeric(18,4) NOT NULL,
    standard   numeric(18,4) NOT NULL,           -- of what was received
    raised_at  timestamptz NOT NULL DEFAULT now(),
    noted_by   text,
    note       text,
    noted_at   timestamptz,
    PRIMARY KEY (plant_id, posted_seq),
    FOREIGN KEY (plant_id, work_order) REFERENCES work_order
);
CREATE INDEX variance_alarm_open ON variance_alarm (plant_id, posted_seq) WHERE noted_by IS NULL;
