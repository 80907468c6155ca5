-- The lines of a document follow each other.  Its first one says how many, the others 0, and only the first is in the index
-- by document: a line of a document of ten costs a tenth of the entry it had, and an opening of a million lines has one.
-- Lines from before are a run of one each.  sql/audit/document_lines_are_runs.sql holds the numbers to the documents.
ALTER TABLE ledger_line ADD COLUMN document_lines integer NOT NULL DEFAULT 1;
DROP INDEX ledger_line_document;
CREATE INDEX ledger_line_document ON ledger_line (document, plant_id, posted_seq) WHERE document_lines > 0;
ALTER TYPE post_line ADD ATTRIBUTE document_lines integer;
ALTER TYPE post_plain_line ADD ATTRIBUTE document_lines integer;
