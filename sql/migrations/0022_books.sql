-- The books: accounts, what variances are made of, the months that are closed.

-- Where the plant's scheme differs from the product's (services/cost/journal_core.c).
CREATE TABLE account (
    plant_id text NOT NULL REFERENCES plant,
    class    text NOT NULL DEFAULT '',           -- of the line's item; '': every class without a row of its own
    key      text NOT NULL,                      -- stock, wip, received, ...
    account  text NOT NULL,
    PRIMARY KEY (plant_id, class, key)
);

-- The variance of a settlement by kind; its rows add up to ledger_line.variance of the line.
CREATE TABLE order_variance (
    plant_id   text NOT NULL,
    posted_seq bigint NOT NULL,                  -- of the settlement
    kind       text NOT NULL,
    work_order text NOT NULL,
    amount     numeric(18,4) NOT NULL,
    PRIMARY KEY (plant_id, posted_seq, kind),
    FOREIGN KEY (plant_id, work_order) REFERENCES work_order
);
CREATE INDEX order_variance_order ON order_variance (plant_id, work_order);
CREATE INDEX ledger_line_settlement ON ledger_line (plant_id, posted_seq) WHERE kind = 'settlement';

-- A month is closed by one, opened again by two.
CREATE TABLE accounting_month (
    plant_id        text NOT NULL REFERENCES plant,
    month           date NOT NULL CHECK (month = date_trunc('month', month)::date),
    closing         integer NOT NULL,            -- 1, 2, ...: it may be closed again
    closed_by       text NOT NULL,
    closed_at       timestamptz NOT NULL DEFAULT now(),
    stock           numeric(18,4) NOT NULL,      -- frozen: value at the month's end
    wip             numeric(18,4) NOT NULL,
    reopen_asked_by text,
    reopened_by     text,
    reopened_at     timestamptz,
    PRIMARY KEY (plant_id, month, closing),
    CONSTRAINT month_is_reopened_by_two CHECK (reopened_by IS NULL OR reopen_asked_by IS NOT NULL AND reopened_by <> reopen_asked_by)
);
