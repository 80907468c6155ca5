-- What suppliers and carriers bill, and costs that come after the pieces they are for were used.

ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_kind_check;
ALTER TABLE ledger_line ADD CONSTRAINT ledger_line_kind_check CHECK (kind IN (
    'issue', 'return', 'receipt', 'scrap', 'operation', 'settlement', 'purchase_receipt', 'shipment', 'adjustment',
    'opening', 'correction', 'transfer', 'status', 'supplier_return', 'customer_return', 'count', 'invoice', 'late_cost'));

-- How far a bill may differ from its order; NULL: this limit says nothing.  Neither: not at all.
ALTER TABLE plant_seq ADD COLUMN invoice_tolerance_pct numeric(18,6) CHECK (invoice_tolerance_pct >= 0);
ALTER TABLE plant_seq ADD COLUMN invoice_tolerance_amount numeric(18,4) CHECK (invoice_tolerance_amount >= 0);
ALTER TABLE purchase_order_line ADD COLUMN invoiced_qty numeric(18,6) NOT NULL DEFAULT 0; -- cache: sum of ledger_line.counted

CREATE TABLE invoice (
    plant_id     text NOT NULL REFERENCES plant,
    invoice      text NOT NULL,                -- our number: SI-, FB-
    kind         text NOT NULL CHECK (kind IN ('invoice', 'freight')),
    supplier     text NOT NULL,
    number       text NOT NULL,                -- theirs
    state        text NOT NULL CHECK (state IN ('blocked', 'posted', 'rejected', 'reversed')),
    blocked_for  text NOT NULL DEFAULT '' CHECK (blocked_for IN ('', 'price', 'quantity', 'amount')),
    basis        text NOT NULL DEFAULT '' CHECK (basis IN ('', 'quantity', 'weight', 'value')), -- freight: shared out by
    amount       numeric(18,4) NOT NULL,
    effective_on date NOT NULL,
    entered_by   text NOT NULL,
    entered_at   timestamptz NOT NULL DEFAULT now(),
    decided_by   text,                         -- who released or rejected one that was blocked
    reversed_by  text,
    reversal     text,                         -- the document that took it back
    PRIMARY KEY (plant_id, invoice),
    CONSTRAINT invoice_is_decided_by_another CHECK (decided_by <> entered_by),
    CONSTRAINT invoice_blocked_needs_another CHECK (blocked_for = '' OR state NOT IN ('posted', 'reversed') OR decided_by IS NOT NULL)
);
CREATE UNIQUE INDEX invoice_once ON invoice (plant_id, supplier, number) WHERE state IN ('blocked', 'posted');

CREATE TABLE invoice_line (
    plant_id       text NOT NULL,
    invoice        text NOT NULL,
    line           integer NOT NULL,
    purchase_order text NOT NULL,
    order_line     integer NOT NULL,
    qty            numeric(18,6) NOT NULL,     -- freight: received of the order's line when it was shared out
    weight         numeric(18,6) NOT NULL DEFAULT 0,
    amount         numeric(18,4) NOT NULL,     -- freight: its share
    PRIMARY KEY (plant_id, invoice, line),
    FOREIGN KEY (plant_id, invoice) REFERENCES invoice,
    FOREIGN KEY (plant_id, purchase_order, order_line) REFERENCES purchase_order_line
);

-- What a ledger line of a bill owes to its supplier, and for which receipt it is: drill down from the one to the other.
CREATE TABLE payable (
    plant_id   text NOT NULL REFERENCES plant,
    posted_seq bigint NOT NULL,
    invoice    text NOT NULL,
    line       integer NOT NULL,
    receipt    bigint NOT NULL DEFAULT 0,      -- posted_seq of the purchase receipt; 0: of before the ledger
    qty        numeric(18,6) NOT NULL,         -- pieces that the late cost is for
    amount     numeric(18,4) NOT NULL,
    PRIMARY KEY (plant_id, posted_seq)
);
CREATE INDEX payable_invoice ON payable (plant_id, invoice, posted_seq);

-- The part of a late cost whose pieces had left stock: it lies in cost of sales, from where the service follows it to the
-- orders that took the pieces, in bounded slices.  One row a ledger line that left such a part behind.
CREATE TABLE late_cost (
    plant_id     text NOT NULL REFERENCES plant,
    posted_seq   bigint NOT NULL,              -- of that line: what was taken before it is followed
    item         text NOT NULL,
    layer        bigint NOT NULL DEFAULT 0,    -- a receipt's; 0: those of ..
    work_order   text NOT NULL DEFAULT '',     -- .. everything that this order brought
    amount       numeric(18,4) NOT NULL,
    pieces       numeric(18,6) NOT NULL CHECK (pieces > 0), -- that had left
    source       text NOT NULL,                -- the bill, or the settlement, that it all comes from
    depth        integer NOT NULL,             -- steps since then
    effective_on date NOT NULL,
    followed     integer NOT NULL DEFAULT 0,   -- consumers that were served, in their order
    done         boolean NOT NULL DEFAULT false,
    PRIMARY KEY (plant_id, posted_seq)
);
CREATE INDEX late_cost_open ON late_cost (plant_id, posted_seq) WHERE NOT done;
CREATE INDEX ledger_line_late ON ledger_line (plant_id, order_id, order_line, posted_seq) WHERE kind = 'late_cost';
CREATE INDEX fifo_take_layer ON fifo_take (plant_id, item, layer, posted_seq);
