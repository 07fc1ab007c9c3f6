-- CreateTable
CREATE TABLE "send_pace" (
    "key" TEXT NOT NULL,
    "paced_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "send_pace_pkey" PRIMARY KEY ("key")
);
