-- What planners say of suggestions: a note that stays while the suggestion does, a rejection that hides it until the plan
-- says something else.  Both hang on the suggestion's id, so they survive replanning.
CREATE TABLE planned_order_mark (
    plant_id         text NOT NULL REFERENCES plant,
    planned_order_id text NOT NULL,
    note             text NOT NULL DEFAULT '',
    rejected_hash    bigint,                      -- content_hash of what was rejected
    reason           text NOT NULL DEFAULT '',
    marked_by        text NOT NULL,
    marked_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, planned_order_id),
    CHECK (rejected_hash IS NULL OR reason <> '')
);
