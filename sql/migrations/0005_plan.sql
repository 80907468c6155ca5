-- The plan as the planner sees it.  A suggestion keeps its id while its need stays: plant, item, segment, kind, need day
-- and ordinal make it.

CREATE TABLE plan_state (
    plant_id     text PRIMARY KEY REFERENCES plant,
    plan_version bigint NOT NULL,
    event_seq    bigint NOT NULL,                -- the facts that the plan knows
    plan_start   date NOT NULL,
    planned_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE planned_order (
    plant_id         text NOT NULL,
    planned_order_id text NOT NULL,
    item             text NOT NULL,
    type             text NOT NULL,
    qty              numeric(18,6) NOT NULL,
    start_qty        numeric(18,6) NOT NULL,
    start            date NOT NULL,
    due              date NOT NULL,
    need             date NOT NULL,
    past_due_days    integer NOT NULL,
    supplier         text,
    purchase_qty     numeric(18,6),
    purchase_uom     text,
    price            numeric(18,6),
    order_by         date,
    source_plant     text,
    segment          text NOT NULL DEFAULT '',
    level            integer NOT NULL,
    flags            text NOT NULL DEFAULT '',
    content_hash     bigint NOT NULL,            -- of the columns above: an unchanged suggestion is not written again
    accepted_seq     bigint,                     -- event_seq of its acceptance: not to be suggested again before the plan knows it
    PRIMARY KEY (plant_id, planned_order_id),
    FOREIGN KEY (plant_id, item) REFERENCES item
);
CREATE INDEX planned_order_item ON planned_order (plant_id, item, need);

CREATE TABLE plan_message (
    plant_id  text NOT NULL,
    row_no    integer NOT NULL,
    item      text NOT NULL,
    segment   text NOT NULL DEFAULT '',
    message   text NOT NULL,
    date      date,
    qty       numeric(18,6),
    reference text,
    cause     text,
    action    text,
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, item) REFERENCES item
);
