-- What a count found, beside what it came to.
ALTER TABLE "stock_movements" ADD COLUMN     "counted" INTEGER,
ADD COLUMN     "paid_waiting" INTEGER;
