-- Master data: one table a file of the plant folder, with the file's columns under the file's names (common/plant has
-- their meaning, ranges and defaults).  NULL is "not given".  row_no keeps the order of the file.

CREATE TABLE item (
    plant_id                text NOT NULL REFERENCES plant,
    item                    text NOT NULL,
    name                    text,
    type                    text NOT NULL CHECK (type IN ('make', 'buy', 'phantom', 'transfer')),
    uom                     text,
    decimals                integer CHECK (decimals BETWEEN 0 AND 6),
    lead_time_days          integer,
    lead_time_per_unit_days numeric(18,6),
    safety_stock            numeric(18,6),
    safety_days             integer,
    lot_rule                text,
    lot_qty                 numeric(18,6),
    lot_min                 numeric(18,6),
    lot_max                 numeric(18,6),
    lot_multiple            numeric(18,6),
    lot_periods             integer,
    foq_mode                text,
    reorder_point           numeric(18,6),
    stock_min               numeric(18,6),
    stock_max               numeric(18,6),
    ppb_look                text,
    costing_lot_qty         numeric(18,6),
    segment_policy          text,
    source_plant            text,
    forecast_back_days      integer,
    forecast_forward_days   integer,
    order_cost              numeric(18,6),
    holding_cost            numeric(18,6),
    yield_pct               numeric(18,6),
    planning_fence_days     integer,
    demand_fence_days       integer,
    reschedule_days         integer,
    min_days                integer,
    min_quantity            numeric(18,6),
    valuation               text CHECK (valuation IN ('standard', 'average', 'fifo', 'lot')),
    unit_cost               numeric(18,6),
    tracking                text CHECK (tracking IN ('none', 'lot', 'serial')),
    shelf_life_days         integer,
    abc                     text,
    class                   text,
    allow_negative          boolean,
    PRIMARY KEY (plant_id, item)
);

CREATE TABLE safety_stock (
    plant_id     text NOT NULL,
    row_no       integer NOT NULL,
    item         text NOT NULL,
    "from"       date NOT NULL,
    safety_stock numeric(18,6) NOT NULL,
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, item) REFERENCES item
);

CREATE TABLE bom (
    plant_id             text NOT NULL,
    row_no               integer NOT NULL,
    parent               text NOT NULL,
    component            text NOT NULL,
    qty                  numeric(18,6) NOT NULL,
    per_qty              numeric(18,6),
    uom                  text,
    qty_fixed            boolean,
    pieces               numeric(18,6),
    scrap_pct            numeric(18,6),
    kind                 text,
    cost_share_pct       numeric(18,6),
    operation            text,
    revision             text,
    alternative          text,
    alternative_priority integer,
    valid_from           date,
    valid_to             date,
    substitute_group     text,
    substitute_priority  integer,
    mix_pct              numeric(18,6),
    lot_from             numeric(18,6),
    lot_to               numeric(18,6),
    offset_days          integer,
    position             text,
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, parent) REFERENCES item,
    FOREIGN KEY (plant_id, component) REFERENCES item
);
CREATE INDEX bom_parent ON bom (plant_id, parent);
CREATE INDEX bom_component ON bom (plant_id, component);

CREATE TABLE work_center (
    plant_id       text NOT NULL REFERENCES plant,
    work_center    text NOT NULL,
    name           text,
    labor_rate     numeric(18,6),
    machine_rate   numeric(18,6),
    overhead_rate  numeric(18,6),
    overhead_basis text,
    hours_per_day  numeric(18,6),
    efficiency_pct numeric(18,6),
    calendar       text,
    PRIMARY KEY (plant_id, work_center)
);

CREATE TABLE routing (
    plant_id             text NOT NULL,
    row_no               integer NOT NULL,
    item                 text NOT NULL,
    operation            text NOT NULL,
    work_center          text NOT NULL,
    alternative          text,
    alternative_priority integer,
    valid_from           date,
    valid_to             date,
    parallel_group       text,
    setup                numeric(18,6),
    run                  numeric(18,6),
    cleanup              numeric(18,6),
    time_unit            text,
    per_qty              numeric(18,6),
    run_size             numeric(18,6),
    lead_time_days       integer,
    scrap_pct            numeric(18,6),
    subcontract_price    numeric(18,6),
    supplier             text,
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, item) REFERENCES item,
    FOREIGN KEY (plant_id, work_center) REFERENCES work_center
);
CREATE INDEX routing_item ON routing (plant_id, item);

CREATE TABLE supplier (
    plant_id       text NOT NULL,
    row_no         integer NOT NULL,
    item           text NOT NULL,
    supplier       text NOT NULL,
    price          numeric(18,6),
    currency       text,
    price_from_qty numeric(18,6),
    min_qty        numeric(18,6),
    multiple       numeric(18,6),
    lead_time_days integer,
    calendar       text,
    priority       integer,
    quota_pct      numeric(18,6),
    valid_from     date,
    valid_to       date,
    uom            text,
    uom_factor     numeric(18,6),
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, item) REFERENCES item
);

CREATE TABLE order_cost (
    plant_id   text NOT NULL,
    row_no     integer NOT NULL,
    item       text NOT NULL,
    date       date NOT NULL,
    order_cost numeric(18,6) NOT NULL,
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, item) REFERENCES item
);

CREATE TABLE partner (
    plant_id     text NOT NULL REFERENCES plant,
    partner      text NOT NULL,
    name         text,
    kind         text NOT NULL,
    class        text,
    currency     text,
    payment_days integer,
    contact      text,
    phone        text,
    email        text,
    tax_id       text,
    PRIMARY KEY (plant_id, partner)
);

CREATE TABLE rate (
    plant_id text NOT NULL REFERENCES plant,
    row_no   integer NOT NULL,
    currency text NOT NULL,
    date     date NOT NULL,
    rate     numeric(18,6) NOT NULL,
    PRIMARY KEY (plant_id, row_no)
);

CREATE TABLE unit (
    plant_id text NOT NULL REFERENCES plant,
    row_no   integer NOT NULL,
    "from"   text NOT NULL,
    "to"     text NOT NULL,
    factor   numeric(18,6) NOT NULL,
    item     text,
    PRIMARY KEY (plant_id, row_no)
);

CREATE TABLE calendar (
    plant_id text NOT NULL REFERENCES plant,
    row_no   integer NOT NULL,
    calendar text NOT NULL,
    date     date,
    weekday  text,
    working  boolean NOT NULL,
    PRIMARY KEY (plant_id, row_no)
);

-- The plant folder on its way in: read as a whole by one command.
CREATE TABLE import_job (
    plant_id   text NOT NULL,
    job        uuid NOT NULL,
    started_by text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    reply      bytea,                          -- once it is done: the answer to a repeat
    PRIMARY KEY (plant_id, job)
);

CREATE TABLE import_chunk (
    plant_id text NOT NULL,
    job      uuid NOT NULL,
    file     text NOT NULL,
    chunk    integer NOT NULL,
    content  bytea NOT NULL,
    PRIMARY KEY (plant_id, job, file, chunk),
    FOREIGN KEY (plant_id, job) REFERENCES import_job ON DELETE CASCADE
);
