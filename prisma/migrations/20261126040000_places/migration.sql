-- Where a pickup location is, so that a customer's own location finds the nearest. Both or neither: half a position is none.
ALTER TABLE "locations" ADD COLUMN "latitude" DOUBLE PRECISION, ADD COLUMN "longitude" DOUBLE PRECISION;
ALTER TABLE "locations" ADD CONSTRAINT "locations_position_whole" CHECK (("latitude" IS NULL) = ("longitude" IS NULL));
ALTER TABLE "locations" ADD CONSTRAINT "locations_position_on_earth"
  CHECK ("latitude" BETWEEN -90 AND 90 AND "longitude" BETWEEN -180 AND 180);
