-- Orders with a life: states, a second person above an amount, changes on record; transfers between plants as a
-- purchase of the one and a sale of the other.

ALTER TABLE plant_seq
    ADD COLUMN purchase_approve_above numeric(18,4) CHECK (purchase_approve_above >= 0); -- NULL: nobody is asked

-- Received and not received shows in the lines: a sent order is partly received, and done, by itself.
ALTER TABLE purchase_order
    ADD COLUMN state text NOT NULL DEFAULT 'sent'
        CHECK (state IN ('draft', 'approved', 'sent', 'closed', 'cancelled')),
    ADD COLUMN version bigint NOT NULL DEFAULT 1,      -- of its terms; receipts do not raise it
    ADD COLUMN value numeric(18,4) NOT NULL DEFAULT 0, -- sum of qty x price
    ADD COLUMN approve_above numeric(18,4),            -- the plant's limit when its terms were set
    ADD COLUMN made_by text,                           -- who set its terms; NULL: imported
    ADD COLUMN approved_by text,
    ADD COLUMN source_plant text,                      -- a transfer from there
    ADD CONSTRAINT purchase_large_needs_a_checker CHECK (
        state IN ('draft', 'cancelled') OR approve_above IS NULL OR value <= approve_above
        OR (approved_by IS NOT NULL AND approved_by IS DISTINCT FROM made_by));

ALTER TABLE sales_order
    ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'cancelled')),
    ADD COLUMN version bigint NOT NULL DEFAULT 1,
    ADD COLUMN made_by text,
    ADD COLUMN to_plant text;                          -- a transfer to there

-- What an imported line has shipped before, elsewhere: it goes on to consume the forecast, and has no ledger lines.
ALTER TABLE sales_order_line
    ADD COLUMN shipped_before numeric(18,6) NOT NULL DEFAULT 0 CHECK (shipped_before >= 0),
    DROP CONSTRAINT sales_order_line_qty_check,
    ADD CONSTRAINT sales_order_line_qty_check CHECK (qty > 0 OR shipped_before > 0 AND qty = 0);

-- Who did what to an order; append-only.
CREATE TABLE order_change (
    plant_id   text NOT NULL REFERENCES plant,
    event_seq  bigint NOT NULL,
    place      integer NOT NULL,                       -- within one command
    kind       text NOT NULL CHECK (kind IN ('purchase_order', 'sales_order', 'forecast')),
    order_id   text NOT NULL,
    what       text NOT NULL,                          -- approve, send, close, cancel, quantity, due_on, price, line
    line       integer NOT NULL DEFAULT 0,
    before     text NOT NULL DEFAULT '',
    after      text NOT NULL DEFAULT '',
    reason     text NOT NULL DEFAULT '',
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, event_seq, place)
);
CREATE INDEX order_change_order ON order_change (plant_id, kind, order_id, event_seq);
