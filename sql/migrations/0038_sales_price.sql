-- What a line of a sales order brings, for its margin.
ALTER TABLE sales_order_line
    ADD COLUMN price numeric(18,6) NOT NULL DEFAULT 0 CONSTRAINT sales_price_not_negative CHECK (price >= 0);
