-- What a command was about: the first field of its request where that is a text (an order, a document, a name).  Empty for
-- those before, and for those whose lines tell it.
ALTER TABLE posting_key ADD COLUMN object text NOT NULL DEFAULT '';
