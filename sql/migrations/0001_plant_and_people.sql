-- A plant, its counters, and who may come in.
--
-- Rules of every table that holds plant data (tests/sql holds them): plant_id first in the primary key and in every
-- unique and foreign key, no trigger, no identity, nothing deferred.  A table without plant_id says "reference:" in its
-- comment.  Codes are compared byte by byte: the database has collation C.

CREATE TABLE plant (
    plant_id        text PRIMARY KEY,
    name            text,
    currency        text NOT NULL DEFAULT 'CNY',
    plan_start      date,                      -- NULL: today at the plant
    horizon_days    integer NOT NULL DEFAULT 365 CHECK (horizon_days BETWEEN 1 AND 3660),
    time_zone       text NOT NULL DEFAULT 'Asia/Shanghai',
    calendar        text,
    date_style      text,
    reschedule_days integer NOT NULL DEFAULT 30 CHECK (reschedule_days >= 0),
    main_location   text NOT NULL DEFAULT 'MAIN',
    master_seq      bigint NOT NULL DEFAULT 0  -- event_seq of the last change of master data
);

-- The one row a poster takes last, just before its final inserts: commit order equals number order.
CREATE TABLE plant_seq (
    plant_id     text PRIMARY KEY REFERENCES plant,
    line_seq     bigint NOT NULL DEFAULT 0,    -- last posted_seq of ledger_line
    event_seq    bigint NOT NULL DEFAULT 0,    -- last event_seq of event_log
    document_seq bigint NOT NULL DEFAULT 0,    -- last number given to a document
    open_from    date NOT NULL DEFAULT DATE '1970-01-01' -- the first open business day
);

CREATE TABLE app_user (
    login         text PRIMARY KEY,
    password_hash text NOT NULL,               -- argon2id, with its salt and costs
    active        boolean NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE app_user IS 'reference: people who may log in';

CREATE TABLE user_role (
    login text NOT NULL REFERENCES app_user,
    plant text NOT NULL,                       -- "*": every plant
    role  text NOT NULL,
    PRIMARY KEY (login, plant, role)
);
COMMENT ON TABLE user_role IS 'reference: what they may do, by plant';

CREATE TABLE session (
    session_hash bytea PRIMARY KEY,            -- SHA-256 of the cookie; the cookie itself is nowhere
    login        text NOT NULL REFERENCES app_user,
    created_at   timestamptz NOT NULL DEFAULT now(),
    seen_at      timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);
COMMENT ON TABLE session IS 'reference: who is logged in';

CREATE TABLE api_token (
    token_hash bytea PRIMARY KEY,              -- SHA-256 of the token, which is shown once
    token_id   text NOT NULL CONSTRAINT api_token_id_once UNIQUE,
    login      text NOT NULL REFERENCES app_user,
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
COMMENT ON TABLE api_token IS 'reference: programs that may call';

CREATE TABLE token_role (
    token_id text NOT NULL REFERENCES api_token (token_id),
    plant    text NOT NULL,
    role     text NOT NULL,
    PRIMARY KEY (token_id, plant, role)
);
COMMENT ON TABLE token_role IS 'reference: what a token may do, by plant';
