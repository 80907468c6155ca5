-- Ledger, events, keys and takes are written by each batch of postings.  Whoever copied into them named the plant, and a
-- CHECK held it to that of the session (copied_of_plant): read anew from its text by every statement, and asked of every
-- row, of those who do not copy as well.  Now who copies may not name the plant: it is that of the session.
SET LOCAL client_min_messages = warning;
ALTER TABLE ledger_line DROP CONSTRAINT IF EXISTS copied_of_plant,
    ALTER plant_id SET DEFAULT current_setting('millrace.plant_id');
ALTER TABLE event_log DROP CONSTRAINT IF EXISTS copied_of_plant,
    ALTER plant_id SET DEFAULT current_setting('millrace.plant_id');
ALTER TABLE posting_key DROP CONSTRAINT IF EXISTS copied_of_plant,
    ALTER plant_id SET DEFAULT current_setting('millrace.plant_id');
ALTER TABLE fifo_take DROP CONSTRAINT IF EXISTS copied_of_plant,
    ALTER plant_id SET DEFAULT current_setting('millrace.plant_id');

-- It begins with what tells its rows apart: with the plant first each comparison looks at two texts.  Who reads by it gives both.
DROP INDEX ledger_line_document;
CREATE INDEX ledger_line_document ON ledger_line (document, plant_id, posted_seq);
