-- What of a product was sold at a place in the last days.
CREATE INDEX stock_movements_sold ON stock_movements (stock_level_id, created_at) WHERE kind = 'consumed';
