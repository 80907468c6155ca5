-- A component line reserves what its order still needs of it, while the order is open, and nothing otherwise.
SELECT c.plant_id, c.work_order, c.line, c.reserved_qty
FROM work_order_component c
JOIN work_order w USING (plant_id, work_order)
WHERE c.reserved_qty <> CASE WHEN w.state IN ('released', 'in_progress', 'held')
                             THEN greatest(0, c.required_qty - c.issued_qty + c.returned_qty) ELSE 0 END;
