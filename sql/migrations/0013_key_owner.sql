-- Who asked under a key: the stored answer is for the same person, or the same device, only.  "": not kept, anybody's.
ALTER TABLE posting_key ADD COLUMN asked_by text NOT NULL DEFAULT '';
ALTER TABLE posting_key ADD COLUMN device text NOT NULL DEFAULT '';
