-- Webhooks of a plant.

-- Where a plant's events are sent (Standard Webhooks): one delivery at a time and endpoint, in the order of events.
CREATE TABLE webhook (
    plant_id      text NOT NULL REFERENCES plant,
    webhook       text NOT NULL,
    url           text NOT NULL,
    secret        bytea NOT NULL,
    kinds         text NOT NULL DEFAULT '',            -- names of event kinds with a comma between; '': all
    allow_private boolean NOT NULL DEFAULT false,
    active        boolean NOT NULL DEFAULT true,
    tries         integer NOT NULL CHECK (tries BETWEEN 1 AND 30), -- before an event is given up
    cursor_seq    bigint NOT NULL,                     -- events up to here are delivered or dead
    failures      integer NOT NULL DEFAULT 0,          -- of the event behind the cursor, in a row
    next_at       timestamptz NOT NULL DEFAULT now(),
    last_error    text NOT NULL DEFAULT '',
    made_by       text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plant_id, webhook)
);

-- Given up after the last try, until somebody sends it again.
CREATE TABLE webhook_dead (
    plant_id     text NOT NULL,
    webhook      text NOT NULL,
    event_seq    bigint NOT NULL,
    error        text NOT NULL,
    dead_at      timestamptz NOT NULL DEFAULT now(),
    redeliver_at timestamptz,                          -- asked for
    PRIMARY KEY (plant_id, webhook, event_seq),
    FOREIGN KEY (plant_id, webhook) REFERENCES webhook
);
