-- A plan put aside under a name, to hold a later one against: last week's, the one before the price rise.
CREATE TABLE kept_plan (
    plant_id     text NOT NULL REFERENCES plant,
    name         text NOT NULL,
    plan_version bigint NOT NULL,
    orders       integer NOT NULL,
    kept_by      text NOT NULL,
    kept_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, name)
);

CREATE TABLE kept_plan_order (
    plant_id         text NOT NULL,
    name             text NOT NULL,
    planned_order_id text NOT NULL,
    item             text NOT NULL,
    qty              numeric(18,6) NOT NULL,
    start            date NOT NULL,
    due              date NOT NULL,
    supplier         text,
    PRIMARY KEY (plant_id, name, planned_order_id),
    FOREIGN KEY (plant_id, name) REFERENCES kept_plan ON DELETE CASCADE
);
