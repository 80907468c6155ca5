-- What a batch of postings sends for each row it writes.  As an array a column, each unnested, the columns of a row cost
-- the server as much as the row itself; as rows of such a type they are one array, and one table of the statement.
-- Columns and their order are those of the statements in common/ledger/post_store.c that name the type.
CREATE TYPE post_line AS (
    posted_seq bigint, document text, kind text, item text, location text, lot text, status text, segment text, owner text,
    qty numeric, amount numeric, wip numeric, variance numeric, counted numeric, on_hand numeric, value numeric,
    order_kind text, order_id text, order_line integer, operation text, reason text, effective_on date, posted_by text,
    reverses bigint);
CREATE TYPE post_plain_line AS (
    posted_seq bigint, document text, item text, location text, qty numeric, amount numeric, on_hand numeric, value numeric,
    reason text, posted_by text);
CREATE TYPE post_item AS (
    place tid, item text, on_hand numeric, value numeric, last_cost numeric, inspect boolean, moved_on date);
CREATE TYPE post_balance AS (place tid, item text, qty numeric, may_be_negative boolean, frozen_by text);
CREATE TYPE post_key AS (
    key uuid, request_hash bytea, status text, field text, message text, reply bytea, asked_by text, device text, method text,
    object text);
