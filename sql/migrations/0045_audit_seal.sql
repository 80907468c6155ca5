-- The seal of what happened: rows of the append-only tables ("streams"), in chunks, in one hash chain a plant.
-- Written by the relay some seconds after the rows (services/relay/README.md, "Audit"); nothing is written with a posting.

CREATE TABLE audit_seal (
    plant_id    text NOT NULL,                   -- '-': of no plant
    seal_no     bigint NOT NULL,                 -- 1, 2, 3, ... without gaps
    stream      text NOT NULL,                   -- name of the table
    after_place bigint NOT NULL,                 -- the rows behind this one of the stream's order ...
    after_key   text NOT NULL,
    last_place  bigint NOT NULL,                 -- ... up to and with this one: a number, or microseconds since 1970
    last_key    text NOT NULL,                   -- what tells rows of one moment apart
    row_count   integer NOT NULL,
    last_at     timestamptz NOT NULL,            -- of the last row
    marks       bytea NOT NULL,                  -- 4 bytes of each row's SHA-256: to find the one that was changed
    rows_hash   bytea NOT NULL,                  -- SHA-256 over the SHA-256 of each row
    previous    bytea NOT NULL,                  -- hash of the seal before
    hash        bytea NOT NULL,                  -- over all of the above
    sealed_at   timestamptz NOT NULL,
    PRIMARY KEY (plant_id, seal_no)
);
CREATE INDEX audit_seal_stream ON audit_seal (plant_id, stream, seal_no);

-- The newest seal, so that it cannot go missing unnoticed; whoever keeps a copy elsewhere finds a chain that was made anew.
CREATE TABLE audit_head (
    plant_id  text PRIMARY KEY,
    seal_no   bigint NOT NULL DEFAULT 0,
    hash      bytea NOT NULL DEFAULT '',
    row_count bigint NOT NULL DEFAULT 0,         -- of all seals
    sealed_at timestamptz NOT NULL DEFAULT now()
);

-- Streams without a number of their own are read in the order of their moment.
CREATE INDEX act_moment ON act (plant_id, acted_at);
CREATE INDEX posting_key_moment ON posting_key (plant_id, posted_at);
CREATE INDEX master_change_moment ON master_change (plant_id, changed_at);
CREATE INDEX order_change_moment ON order_change (plant_id, changed_at);
CREATE INDEX work_order_change_moment ON work_order_change (plant_id, changed_at);
CREATE INDEX engineering_change_step_moment ON engineering_change_step (plant_id, done_at);
