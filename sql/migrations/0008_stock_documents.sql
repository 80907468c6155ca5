-- Documents of the store that live longer than one posting: transfers on their way, counts, adjustments that wait for
-- a second person.  And what the ledger needs for movements inside the plant, returns and reversals.

ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_kind_check;
ALTER TABLE ledger_line ADD CONSTRAINT ledger_line_kind_check CHECK (kind IN (
    'issue', 'return', 'receipt', 'scrap', 'operation', 'settlement', 'purchase_receipt', 'shipment', 'adjustment',
    'opening', 'correction', 'transfer', 'status', 'supplier_return', 'customer_return', 'count'));

-- A line of a reversal names the line that it takes back; a line is taken back once.
ALTER TABLE ledger_line ADD COLUMN reverses bigint;
CREATE UNIQUE INDEX ledger_line_reversed_once ON ledger_line (plant_id, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ledger_line_document ON ledger_line (plant_id, document, posted_seq);

-- Stock on its way between two locations lies at the one it goes to, and nobody can take it before it is signed for.
ALTER TABLE stock_balance DROP CONSTRAINT stock_balance_status_check;
ALTER TABLE stock_balance ADD CONSTRAINT stock_balance_status_check
    CHECK (status IN ('available', 'inspection', 'blocked', 'in_transit'));
ALTER TABLE stock_balance ADD COLUMN frozen_by text NOT NULL DEFAULT ''; -- the open count that holds it still

-- What one person may adjust alone, in the plant's currency; NULL: anything.
ALTER TABLE plant_seq ADD COLUMN approve_above numeric(18,4) CHECK (approve_above >= 0);

-- Bought pieces of the item are inspected before anybody may take them.
ALTER TABLE stock_item ADD COLUMN inspect boolean NOT NULL DEFAULT false;

CREATE TABLE stock_document (
    plant_id     text NOT NULL REFERENCES plant,
    document     text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('transfer', 'count', 'adjustment')),
    state        text NOT NULL CHECK (state IN ('open', 'sent', 'waiting', 'done', 'rejected', 'cancelled')),
    location     text NOT NULL DEFAULT '',     -- of a transfer: where it comes from; of a count: '' several
    to_location  text NOT NULL DEFAULT '',
    reason       text NOT NULL DEFAULT '',
    frozen       boolean NOT NULL DEFAULT false,
    value        numeric(18,4) NOT NULL DEFAULT 0, -- of an adjustment or count: sum of what its lines add and take, unsigned
    effective_on date NOT NULL,
    book_seq     bigint NOT NULL DEFAULT 0,    -- line_seq when it was made
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    decided_by   text,
    decided_at   timestamptz,
    PRIMARY KEY (plant_id, document),
    CONSTRAINT maker_is_not_checker CHECK (kind = 'transfer' OR decided_by <> created_by),
    CONSTRAINT large_needs_a_checker CHECK (kind = 'transfer' OR state <> 'done' OR approve_above IS NULL
                                            OR value <= approve_above OR decided_by IS NOT NULL),
    approve_above numeric(18,4)                -- the plant's limit when it was made
);
CREATE INDEX stock_document_open ON stock_document (plant_id, state, document) WHERE state IN ('open', 'sent', 'waiting');

CREATE TABLE stock_document_line (
    plant_id   text NOT NULL,
    document   text NOT NULL,
    line       integer NOT NULL,
    item       text NOT NULL,
    location   text NOT NULL,
    lot        text NOT NULL DEFAULT '',
    status     text NOT NULL DEFAULT 'available',
    segment    text NOT NULL DEFAULT '',
    qty        numeric(18,6) NOT NULL,         -- transfer: sent; adjustment: to add (below 0: to take); count: counted
    done       numeric(18,6) NOT NULL DEFAULT 0, -- transfer: signed for; count: the book at the count's moment
    unit_cost  numeric(18,6),
    expires_on date,
    counted_at timestamptz,                    -- count: when; NULL: not yet
    PRIMARY KEY (plant_id, document, line),
    FOREIGN KEY (plant_id, document) REFERENCES stock_document,
    FOREIGN KEY (plant_id, item) REFERENCES item
);
