-- What a batch of issues, returns and receipts sends for each row of an order's component and of a cost layer (see 0055).
CREATE TYPE post_component AS (
    place tid, work_order text, issued_qty numeric, returned_qty numeric, issued_amount numeric, required_qty numeric,
    reserved_qty numeric);
CREATE TYPE post_layer AS (place tid, item text, qty_left numeric, amount_left numeric);
