-- The last audit of a plant's plan: what is written compared with a plan made anew from the facts.

CREATE TABLE plan_audit (
    plant_id    text PRIMARY KEY REFERENCES plant,
    audited_at  timestamptz NOT NULL DEFAULT now(),
    event_seq   bigint NOT NULL,                 -- the facts that were planned anew
    row_count   bigint NOT NULL,                 -- suggestions and messages compared
    differences bigint NOT NULL,
    first       text NOT NULL DEFAULT ''         -- the first of them, in words
);
