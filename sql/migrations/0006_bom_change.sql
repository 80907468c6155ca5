-- Changing the master data of a living plant: what was changed, engineering changes, mass changes.

ALTER TABLE item ADD COLUMN active boolean NOT NULL DEFAULT true;
ALTER TABLE item ADD COLUMN template text;      -- the item whose bill lines this one inherits
ALTER TABLE item ADD CONSTRAINT item_template_fkey FOREIGN KEY (plant_id, template) REFERENCES item (plant_id, item);
ALTER TABLE item ADD CONSTRAINT item_is_not_its_template CHECK (template <> item);
CREATE INDEX item_template ON item (plant_id, template) WHERE template IS NOT NULL;

ALTER TABLE bom ADD COLUMN designators text;    -- "R1 R2 R7-R9": as many as the quantity says
ALTER TABLE bom ADD COLUMN inherited_from text; -- the template whose line this is a copy of
ALTER TABLE unit ADD COLUMN rounding text CHECK (rounding IN ('up', 'nearest', 'down'));

-- Every change of structure locks this row first: two saves that only together make a cycle meet here.
CREATE TABLE bom_gate (
    plant_id text PRIMARY KEY REFERENCES plant
);
INSERT INTO bom_gate (plant_id) SELECT plant_id FROM plant;

-- One row a changed row of master data, as it was and as it is; read by the service to follow changes in memory, by
-- people as the history, and backwards to take a change back.  change_seq is the event_seq of its event.
CREATE TABLE master_change (
    plant_id   text NOT NULL REFERENCES plant,
    change_seq bigint NOT NULL,
    place      integer NOT NULL,                -- 1, 2, 3, ... within the change
    file       text NOT NULL,                   -- bom.csv, items.csv, routing.csv, units.csv
    object     text NOT NULL,                   -- the item; the parent of a line; '': all of the file
    row_no     integer NOT NULL DEFAULT 0,
    old_row    jsonb,                           -- NULL: added
    new_row    jsonb,                           -- NULL: removed
    change_id  text NOT NULL DEFAULT '',        -- of the engineering or mass change
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, change_seq, place)
);
CREATE INDEX master_change_object ON master_change (plant_id, object, change_seq);

CREATE TABLE engineering_change (
    plant_id     text NOT NULL REFERENCES plant,
    change_id    text NOT NULL,
    title        text NOT NULL DEFAULT '',
    state        text NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'effective', 'reverted', 'withdrawn')),
    author       text NOT NULL,
    approver     text,
    effective_on date,                          -- lines hold from this day
    stock_of     text,                          -- once no stock of this item is left
    change_seq   bigint,                        -- of the change that made it effective
    PRIMARY KEY (plant_id, change_id),
    FOREIGN KEY (plant_id, stock_of) REFERENCES item (plant_id, item),
    CONSTRAINT engineering_change_approved_by_another CHECK (approver <> author),
    CONSTRAINT engineering_change_approved CHECK (approver IS NOT NULL OR state IN ('draft', 'submitted', 'withdrawn'))
);

CREATE TABLE engineering_change_line (
    plant_id  text NOT NULL,
    change_id text NOT NULL,
    line      integer NOT NULL,
    file      text NOT NULL,
    action    text NOT NULL CHECK (action IN ('add', 'change', 'remove')),
    row_no    integer NOT NULL DEFAULT 0,
    cells     jsonb,                            -- column: value
    PRIMARY KEY (plant_id, change_id, line),
    FOREIGN KEY (plant_id, change_id) REFERENCES engineering_change
);

CREATE TABLE engineering_change_step (
    plant_id  text NOT NULL,
    change_id text NOT NULL,
    step      integer NOT NULL,
    action    text NOT NULL,
    note      text NOT NULL DEFAULT '',
    done_by   text NOT NULL,
    done_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, change_id, step),
    FOREIGN KEY (plant_id, change_id) REFERENCES engineering_change
);

CREATE TABLE mass_change (
    plant_id   text NOT NULL REFERENCES plant,
    change_id  text NOT NULL,
    rule       text NOT NULL,                   -- in words
    line_count bigint NOT NULL,
    bill_count bigint NOT NULL,
    change_seq bigint NOT NULL,
    undone_seq bigint,
    done_by    text NOT NULL,
    done_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, change_id)
);

-- What its lines were, and what they became.
CREATE TABLE mass_change_line (
    plant_id      text NOT NULL,
    change_id     text NOT NULL,
    row_no        integer NOT NULL,
    parent        text NOT NULL,
    old_component text NOT NULL,
    old_qty       numeric(18,6) NOT NULL,
    old_valid_to  date,
    new_component text NOT NULL,
    new_qty       numeric(18,6) NOT NULL,
    new_valid_to  date,
    PRIMARY KEY (plant_id, change_id, row_no)
);
