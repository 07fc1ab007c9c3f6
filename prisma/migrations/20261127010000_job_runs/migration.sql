-- How each sweep's last run went, whoever ran it.
-- CreateTable
CREATE TABLE "job_runs" (
    "job" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "processed" INTEGER,
    "error_code" TEXT,
    "last_success_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_runs_pkey" PRIMARY KEY ("job")
);
