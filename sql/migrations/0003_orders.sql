-- Orders: what is wanted, bought and made.

CREATE TABLE sales_order (
    plant_id    text NOT NULL REFERENCES plant,
    sales_order text NOT NULL,
    customer    text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, sales_order)
);

CREATE TABLE sales_order_line (
    plant_id    text NOT NULL,
    sales_order text NOT NULL,
    line        integer NOT NULL,
    item        text NOT NULL,
    qty         numeric(18,6) NOT NULL CHECK (qty > 0),
    due         date NOT NULL,
    priority    integer,
    segment     text,
    shipped_qty numeric(18,6) NOT NULL DEFAULT 0 CONSTRAINT sales_shipped_not_negative CHECK (shipped_qty >= 0),
    PRIMARY KEY (plant_id, sales_order, line),
    FOREIGN KEY (plant_id, sales_order) REFERENCES sales_order,
    FOREIGN KEY (plant_id, item) REFERENCES item
);

CREATE TABLE forecast (
    plant_id  text NOT NULL,
    row_no    integer NOT NULL,
    item      text NOT NULL,
    due       date NOT NULL,
    qty       numeric(18,6) NOT NULL,
    days      integer,
    reference text,
    customer  text,
    segment   text,
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, item) REFERENCES item
);

CREATE TABLE purchase_order (
    plant_id       text NOT NULL REFERENCES plant,
    purchase_order text NOT NULL,
    supplier       text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, purchase_order)
);

CREATE TABLE purchase_order_line (
    plant_id       text NOT NULL,
    purchase_order text NOT NULL,
    line           integer NOT NULL,
    item           text NOT NULL,
    qty            numeric(18,6) NOT NULL CHECK (qty > 0),   -- in the stock unit
    price          numeric(18,6) NOT NULL CHECK (price >= 0), -- of one stock unit, plant currency
    due            date NOT NULL,
    segment        text,
    received_qty   numeric(18,6) NOT NULL DEFAULT 0 CONSTRAINT purchase_received_not_negative CHECK (received_qty >= 0),
    PRIMARY KEY (plant_id, purchase_order, line),
    FOREIGN KEY (plant_id, purchase_order) REFERENCES purchase_order,
    FOREIGN KEY (plant_id, item) REFERENCES item
);

-- firm -> released -> in_progress -> completed -> closed; held and cancelled beside it
CREATE TABLE work_order (
    plant_id      text NOT NULL,
    work_order    text NOT NULL,
    item          text NOT NULL,
    qty           numeric(18,6) NOT NULL CHECK (qty > 0),    -- started
    start_on      date NOT NULL,
    due_on        date NOT NULL,
    state         text NOT NULL CHECK (state IN ('firm', 'released', 'in_progress', 'completed', 'closed', 'held', 'cancelled')),
    segment       text,
    good_qty      numeric(18,6) NOT NULL,                    -- expected good quantity (yield taken off)
    received_qty  numeric(18,6) NOT NULL DEFAULT 0 CONSTRAINT work_order_received_not_negative CHECK (received_qty >= 0),
    scrapped_qty  numeric(18,6) NOT NULL DEFAULT 0 CONSTRAINT work_order_scrapped_not_negative CHECK (scrapped_qty >= 0),
    planned_cost  numeric(18,4) NOT NULL DEFAULT 0,          -- of the whole order, frozen at release
    wip           numeric(18,4) NOT NULL DEFAULT 0,          -- cache of the sum of ledger_line.wip
    released_on   date,
    closed_on     date,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, work_order),
    FOREIGN KEY (plant_id, item) REFERENCES item
);

-- Frozen at release: what the order may consume.
CREATE TABLE work_order_component (
    plant_id       text NOT NULL,
    work_order     text NOT NULL,
    line           integer NOT NULL,
    item           text NOT NULL,
    required_qty   numeric(18,6) NOT NULL CHECK (required_qty >= 0),
    fixed          boolean NOT NULL DEFAULT false,           -- required_qty is per order, not per piece
    due_on         date NOT NULL,
    operation      text,
    segment        text,
    planned_cost   numeric(18,6) NOT NULL DEFAULT 0,         -- of one unit, when released
    issued_qty     numeric(18,6) NOT NULL DEFAULT 0 CONSTRAINT component_issued_not_negative CHECK (issued_qty >= 0),
    returned_qty   numeric(18,6) NOT NULL DEFAULT 0 CONSTRAINT component_returned_within_issued CHECK (returned_qty BETWEEN 0 AND issued_qty),
    issued_amount  numeric(18,4) NOT NULL DEFAULT 0,         -- issues less returns
    PRIMARY KEY (plant_id, work_order, line),
    FOREIGN KEY (plant_id, work_order) REFERENCES work_order,
    FOREIGN KEY (plant_id, item) REFERENCES item
);
CREATE INDEX work_order_component_item ON work_order_component (plant_id, item);

CREATE TABLE work_order_operation (
    plant_id        text NOT NULL,
    work_order      text NOT NULL,
    line            integer NOT NULL,
    operation       text NOT NULL,
    work_center     text NOT NULL,
    planned_hours   numeric(18,6) NOT NULL,
    labor_rate      numeric(18,6) NOT NULL,                  -- an hour, frozen at release
    machine_rate    numeric(18,6) NOT NULL,
    overhead_rate   numeric(18,6) NOT NULL,
    overhead_basis  text NOT NULL,
    reported_hours  numeric(18,6) NOT NULL DEFAULT 0,
    labor_amount    numeric(18,4) NOT NULL DEFAULT 0,        -- reported so far
    machine_amount  numeric(18,4) NOT NULL DEFAULT 0,
    overhead_amount numeric(18,4) NOT NULL DEFAULT 0,
    PRIMARY KEY (plant_id, work_order, line),
    FOREIGN KEY (plant_id, work_order) REFERENCES work_order
);

-- Rows of supply.csv and order_components.csv that are no document here (a transfer, a firm planned order of another
-- system, a component need whose order is unknown); the plan counts them.
CREATE TABLE other_supply (
    plant_id  text NOT NULL,
    row_no    integer NOT NULL,
    item      text NOT NULL,
    due       date NOT NULL,
    qty       numeric(18,6) NOT NULL,
    kind      text,
    start     date,
    reference text,
    firm      boolean,
    segment   text,
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, item) REFERENCES item
);

CREATE TABLE other_component (
    plant_id  text NOT NULL,
    row_no    integer NOT NULL,
    reference text NOT NULL,
    item      text NOT NULL,
    qty       numeric(18,6) NOT NULL,
    due       date,
    operation text,
    segment   text,
    PRIMARY KEY (plant_id, row_no),
    FOREIGN KEY (plant_id, item) REFERENCES item
);
