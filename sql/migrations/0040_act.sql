-- Acts that no other table tells: at the door (people, tokens, terminals, who came in and who tried), plants that were
-- made, webhooks.  Append-only.  A change is written in its own transaction, so none is without its act.
--
-- What is posted is told by posting_key (who, which device, which method, the answer), ledger_line and the tables of
-- changes; nothing of it is written again here.

CREATE TABLE act (
    plant_id text NOT NULL,                      -- '-': of no plant (people belong to none)
    act_id   uuid NOT NULL,
    acted_at timestamptz NOT NULL DEFAULT now(),
    acted_by text NOT NULL,                      -- the login; of a failed sign-in the one that was tried
    device   text NOT NULL DEFAULT '',           -- an enrolled terminal's id
    address  text NOT NULL DEFAULT '',           -- of the network; '': on the machine itself
    method   text NOT NULL,                      -- "Access.SetUser"
    status   text NOT NULL DEFAULT 'OK',         -- name of a row of common/base/status.tbl.h
    object   text NOT NULL DEFAULT '',           -- whom or what it was about
    before   jsonb,                              -- NULL: it was not there
    after    jsonb,                              -- NULL: it is no longer there, or nothing changed
    PRIMARY KEY (plant_id, act_id)
);

-- The method of a posting was in the hash of its request only.
ALTER TABLE posting_key ADD COLUMN method text NOT NULL DEFAULT '';
