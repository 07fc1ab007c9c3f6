-- A range of days is what the numbers ask for. A btree gives an order as well, and with it the planner walked all orders for
-- a page of a group that holds a hundred (docs/performance.md); a BRIN gives the range alone, in a thousandth of the space.
DROP INDEX "orders_created_at_idx";
CREATE INDEX "orders_created_at_idx" ON "orders" USING BRIN ("created_at") WITH (pages_per_range = 16, autosummarize = on);
