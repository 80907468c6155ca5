-- What-ifs that are kept: their changes, and the facts that these change as they were when it was saved.
CREATE TABLE simulation (
    plant_id     text NOT NULL REFERENCES plant,
    name         text NOT NULL,
    note         text NOT NULL DEFAULT '',
    shared       boolean NOT NULL,
    version      bigint NOT NULL DEFAULT 1,
    plan_version bigint NOT NULL,
    made_by      text NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT now(),
    apply_key    uuid,                            -- once somebody began to apply it: the keys of the steps begin with it
    applied_by   text,
    applied_at   timestamptz,
    steps        integer NOT NULL DEFAULT 0,      -- which commands applying takes: a bit each
    CHECK ((apply_key IS NULL) = (applied_by IS NULL)),
    PRIMARY KEY (plant_id, name)
);

CREATE TABLE simulation_change (
    plant_id  text NOT NULL,
    name      text NOT NULL,
    place     integer NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('demand', 'lead_time', 'supplier_lost', 'stock', 'bill')),
    item      text,
    component text,
    supplier  text,
    customer  text,
    qty       numeric(18,6),
    due       date,
    days      integer,
    seen      text NOT NULL,                      -- the facts it changes, in words
    PRIMARY KEY (plant_id, name, place),
    FOREIGN KEY (plant_id, name) REFERENCES simulation ON DELETE CASCADE
);
