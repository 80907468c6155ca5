-- The ledger: every quantity and every value is a sum of its lines.  ledger_line and event_log are append-only.

-- One row an item, made with the item: every poster locks it before it touches balances, lots or values of the item.
CREATE TABLE stock_item (
    plant_id  text NOT NULL,
    item      text NOT NULL,
    on_hand   numeric(18,6) NOT NULL DEFAULT 0,  -- cache: sum of ledger_line.qty
    value     numeric(18,4) NOT NULL DEFAULT 0,  -- cache: sum of ledger_line.amount
    last_cost numeric(18,6) NOT NULL DEFAULT 0,  -- of the last receipt; before that the item's unit_cost
    PRIMARY KEY (plant_id, item),
    FOREIGN KEY (plant_id, item) REFERENCES item,
    CONSTRAINT stock_item_empty_is_worthless CHECK (on_hand <> 0 OR value = 0)
);

CREATE TABLE stock_balance (
    plant_id text NOT NULL,
    item     text NOT NULL,
    location text NOT NULL,
    lot      text NOT NULL DEFAULT '',
    status   text NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'inspection', 'blocked')),
    segment  text NOT NULL DEFAULT '',
    owner    text NOT NULL DEFAULT '',           -- '': our own; else the partner whose consigned stock it is
    qty      numeric(18,6) NOT NULL DEFAULT 0,   -- cache: sum of ledger_line.qty of this key
    may_be_negative boolean NOT NULL DEFAULT false,
    PRIMARY KEY (plant_id, item, location, lot, status, segment, owner),
    FOREIGN KEY (plant_id, item) REFERENCES item,
    CONSTRAINT stock_not_negative CHECK (qty >= 0 OR may_be_negative)
);

CREATE TABLE lot (
    plant_id   text NOT NULL,
    item       text NOT NULL,
    lot        text NOT NULL,
    expires_on date,
    created_on date NOT NULL,
    PRIMARY KEY (plant_id, item, lot),
    FOREIGN KEY (plant_id, item) REFERENCES item
);

-- amount: effect on the value of stock; wip: on the order's work in process; variance: to variance accounts.
-- Inside the plant they add up to zero; what does not (purchases, sales, adjustments, labour) came in or went out.
CREATE TABLE ledger_line (
    plant_id     text NOT NULL REFERENCES plant,
    posted_seq   bigint NOT NULL,                -- without gaps, in commit order
    document     text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('issue', 'return', 'receipt', 'scrap', 'operation', 'settlement',
                                               'purchase_receipt', 'shipment', 'adjustment', 'opening', 'correction')),
    item         text,                           -- NULL: a line of value only (operation)
    location     text NOT NULL DEFAULT '',
    lot          text NOT NULL DEFAULT '',
    status       text NOT NULL DEFAULT 'available',
    segment      text NOT NULL DEFAULT '',
    owner        text NOT NULL DEFAULT '',
    qty          numeric(18,6) NOT NULL,         -- signed: what it adds to stock
    amount       numeric(18,4) NOT NULL,
    wip          numeric(18,4) NOT NULL DEFAULT 0,
    variance     numeric(18,4) NOT NULL DEFAULT 0,
    counted      numeric(18,6) NOT NULL DEFAULT 0, -- to the counter of its order line: issued, received, scrapped, hours
    on_hand      numeric(18,6) NOT NULL,         -- of the item, after this line
    value        numeric(18,4) NOT NULL,
    order_kind   text NOT NULL DEFAULT '',       -- work_order, purchase_order, sales_order
    order_id     text NOT NULL DEFAULT '',
    order_line   integer NOT NULL DEFAULT 0,
    operation    text NOT NULL DEFAULT '',
    reason       text NOT NULL DEFAULT '',
    effective_on date NOT NULL,
    posted_at    timestamptz NOT NULL DEFAULT now(),
    posted_by    text NOT NULL,
    PRIMARY KEY (plant_id, posted_seq),
    FOREIGN KEY (plant_id, item) REFERENCES stock_item
);
CREATE INDEX ledger_line_item ON ledger_line (plant_id, item, posted_seq);
CREATE INDEX ledger_line_order ON ledger_line (plant_id, order_kind, order_id, posted_seq);

-- What was asked under a key, and what was answered; refusals too.
CREATE TABLE posting_key (
    plant_id     text NOT NULL REFERENCES plant,
    key          uuid NOT NULL,
    request_hash bytea NOT NULL,                 -- SHA-256 over method and body
    status       text NOT NULL,                  -- name of a row of common/base/status.tbl.h
    field        text NOT NULL DEFAULT '',
    message      text NOT NULL DEFAULT '',
    reply        bytea NOT NULL,
    posted_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, key)
);

CREATE TABLE event_log (
    plant_id     text NOT NULL REFERENCES plant,
    event_seq    bigint NOT NULL,                -- without gaps, in commit order
    kind         integer NOT NULL,               -- EventKind of proto/event.proto
    object_id    text NOT NULL,
    body         bytea NOT NULL,                 -- Event
    committed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, event_seq)
);

CREATE TABLE relay_state (
    plant_id      text PRIMARY KEY REFERENCES plant,
    published_seq bigint NOT NULL DEFAULT 0
);
