-- Shared terminals: a device is enrolled once by somebody with a password; people then sign in on it by badge and PIN.
-- A session that began so may do what its person may do on the shop floor of the device's plant, and no more.

CREATE TABLE device (
    device_id    text PRIMARY KEY,
    device_hash  bytea NOT NULL CONSTRAINT device_hash_once UNIQUE, -- SHA-256 of its cookie; the cookie itself is nowhere
    plant        text NOT NULL,
    name         text NOT NULL,
    work_centers text[] NOT NULL DEFAULT '{}',
    enrolled_by  text NOT NULL REFERENCES app_user,
    enrolled_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at   timestamptz
);
COMMENT ON TABLE device IS 'reference: terminals on which people sign in by badge';

ALTER TABLE app_user
    ADD COLUMN badge        text CONSTRAINT app_user_badge_once UNIQUE,
    ADD COLUMN pin_hash     text,                        -- argon2id; NULL: no badge
    ADD COLUMN pin_failures integer NOT NULL DEFAULT 0;  -- in a row; a new PIN begins again

ALTER TABLE session
    ADD COLUMN device_id    text REFERENCES device,      -- where it lives; NULL: a browser that is not enrolled
    ADD COLUMN by_badge     boolean NOT NULL DEFAULT false,
    ADD COLUMN confirmed_at timestamptz DEFAULT now(),   -- when the password was last given; NULL: never
    ADD CONSTRAINT session_badge_needs_device CHECK (NOT by_badge OR device_id IS NOT NULL);
