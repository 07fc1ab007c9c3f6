-- What of a turn is the model's time and what is ours: zero for the turns before.
ALTER TABLE "conversation_turns" ADD COLUMN "model_ms" INTEGER NOT NULL DEFAULT 0;
