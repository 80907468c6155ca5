-- The running quantity and value that each ledger line carries are the sums up to it.
SELECT * FROM (
    SELECT plant_id, item, posted_seq, on_hand, value,
           sum(qty) OVER upto AS qty_sum, sum(amount) OVER upto AS amount_sum
    FROM ledger_line WHERE item IS NOT NULL
    WINDOW upto AS (PARTITION BY plant_id, item ORDER BY posted_seq)
) r
WHERE on_hand <> qty_sum OR value <> amount_sum;
