-- A position alone does not tell one log from another, and a checkpoint that does not move is seen.

ALTER TABLE projection.generations
  -- Hash of the event at the checkpoint. It is of `hash_position`: where that is not `position`, a release that
  -- knows no hashes moved the checkpoint, and the hash is taken from the log.
  ADD COLUMN hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
  ADD COLUMN hash_position bigint NOT NULL DEFAULT 0,
  -- Database time of the last move of the checkpoint.
  ADD COLUMN moved_at timestamptz(3) NOT NULL DEFAULT now();

-- Positions of events that wait behind a dead letter, so that a retry does not look through the log for them.
CREATE TABLE projection.queued_events (
  dead_letter bigint NOT NULL REFERENCES projection.dead_letters ON DELETE CASCADE,
  position    bigint NOT NULL,
  PRIMARY KEY (dead_letter, position)
);

DO $$
BEGIN
  GRANT SELECT, INSERT, DELETE ON projection.queued_events TO att_projector;
  GRANT SELECT ON projection.queued_events TO att_reader;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
  RAISE WARNING 'the services run without roles of their own: %', SQLERRM;
END
$$;
