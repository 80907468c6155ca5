-- Versions of standard costs, and what a new standard does to the value of stock.

ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_kind_check;
ALTER TABLE ledger_line ADD CONSTRAINT ledger_line_kind_check CHECK (kind IN (
    'issue', 'return', 'receipt', 'scrap', 'operation', 'settlement', 'purchase_receipt', 'shipment', 'adjustment',
    'opening', 'correction', 'transfer', 'status', 'supplier_return', 'customer_return', 'count', 'invoice', 'late_cost',
    'revaluation'));

CREATE TABLE cost_version (
    plant_id     text NOT NULL REFERENCES plant,
    cost_version text NOT NULL,
    note         text NOT NULL DEFAULT '',
    state        text NOT NULL DEFAULT 'draft' CHECK (state IN (
        'draft', 'simulated', 'frozen', 'releasing', 'released', 'reverting', 'reverted', 'withdrawn')),
    prices       text NOT NULL CHECK (prices IN ('standard', 'last', 'average', 'supplier')), -- of bought items
    costed_on    date,                           -- bills, routings, prices and rates as of that day; NULL: the plant's first
    revision     integer NOT NULL DEFAULT 1,     -- of its facts
    made_by      text NOT NULL,
    changed_by   text NOT NULL,
    frozen_by    text,
    released_by  text,
    reverted_by  text,
    marked_on    date,                           -- not to be released before
    effective_on date,                           -- the day of its revaluation
    release_no   integer,                        -- 1, 2, ...: the order of releases
    reached      text NOT NULL DEFAULT '',       -- the last item that a slice has switched
    made_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, cost_version),
    CONSTRAINT cost_version_is_released_by_another CHECK (released_by <> made_by AND released_by <> changed_by
                                                          AND released_by <> frozen_by),
    CONSTRAINT cost_version_is_reverted_by_another CHECK (reverted_by <> released_by),
    CONSTRAINT cost_version_release_is_complete CHECK (state NOT IN ('releasing', 'released', 'reverting', 'reverted')
                                                       OR released_by IS NOT NULL AND frozen_by IS NOT NULL
                                                       AND effective_on IS NOT NULL AND release_no IS NOT NULL)
);
CREATE UNIQUE INDEX cost_version_release ON cost_version (plant_id, release_no);
-- Its slices must end before another one begins.
CREATE UNIQUE INDEX cost_version_under_way ON cost_version (plant_id) WHERE state IN ('releasing', 'reverting');

-- What a version takes instead of the plant's own.
CREATE TABLE cost_version_fact (
    plant_id     text NOT NULL,
    cost_version text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('price', 'labor_rate', 'machine_rate', 'overhead_rate', 'currency')),
    code         text NOT NULL,                  -- of an item, a work centre, a currency
    value        numeric(18,6) NOT NULL CHECK (value >= 0),
    PRIMARY KEY (plant_id, cost_version, kind, code),
    FOREIGN KEY (plant_id, cost_version) REFERENCES cost_version
);

-- What its roll-up came to.  A million rows a version: no foreign keys, they are written from the plant's own items.
CREATE TABLE cost_version_item (
    plant_id     text NOT NULL,
    cost_version text NOT NULL,
    item         text NOT NULL,
    material     numeric(18,6) NOT NULL,
    labor        numeric(18,6) NOT NULL,
    machine      numeric(18,6) NOT NULL,
    overhead     numeric(18,6) NOT NULL,
    subcontract  numeric(18,6) NOT NULL,
    total        numeric(18,6) NOT NULL,
    this_level   numeric(18,6) NOT NULL,
    lower_levels numeric(18,6) NOT NULL,
    PRIMARY KEY (plant_id, cost_version, item)
);

-- A release made it the item's standard: item.unit_cost was `before` and became `cost`.
CREATE TABLE item_standard (
    plant_id     text NOT NULL,
    item         text NOT NULL,
    release_no   integer NOT NULL,
    cost_version text NOT NULL,
    before       numeric(18,6),                  -- NULL: it had none
    cost         numeric(18,6) NOT NULL,
    effective_on date NOT NULL,
    posted_seq   bigint,                         -- of the revaluation; NULL: there was nothing to revalue
    reverted     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (plant_id, item, release_no),
    FOREIGN KEY (plant_id, item) REFERENCES item,
    FOREIGN KEY (plant_id, cost_version) REFERENCES cost_version
);
CREATE INDEX item_standard_release ON item_standard (plant_id, release_no, item);
