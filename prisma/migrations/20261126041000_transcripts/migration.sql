-- What was understood of a voice note: its text from then on, so that a turn that runs again hears it once.
ALTER TABLE "inbound_messages" ADD COLUMN "transcript" TEXT;
