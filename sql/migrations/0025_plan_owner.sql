-- Who keeps a plant's plan in memory: one instance of millrace-mrp, by a lease.

-- Renewing writes expires_at alone; taking over raises epoch, a key, and so waits for a writer that holds the row
-- FOR KEY SHARE, while renewing never does.  A plan is written only under the epoch it was made in.
CREATE TABLE plan_owner (
    plant_id   text PRIMARY KEY REFERENCES plant,
    epoch      bigint NOT NULL,
    instance   integer NOT NULL CHECK (instance >= 0), -- 0: nobody yet
    expires_at timestamptz NOT NULL,
    UNIQUE (plant_id, epoch)
);
