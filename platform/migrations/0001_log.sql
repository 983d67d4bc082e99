-- The event log: one immutable table, and the one row that hands out its positions.

-- An administrator may have made it, for a user who may not.
DO $$ BEGIN IF to_regnamespace('log') IS NULL THEN CREATE SCHEMA log; END IF; END $$;

-- Appending compares and sets this row, so its lock makes position order commit order and keeps
-- positions gapless. Every batch updates it: the fill factor leaves room for HOT updates in its page.
CREATE TABLE log.head (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position    bigint NOT NULL CHECK (position >= 0),
  hash        bytea NOT NULL CHECK (octet_length(hash) = 32),
  recorded_at timestamptz(3) NOT NULL,
  -- Tells one log from another; a restored backup is given a new one.
  epoch       uuid NOT NULL
) WITH (fillfactor = 10);

INSERT INTO log.head (position, hash, recorded_at, epoch)
VALUES (0, decode(repeat('00', 32), 'hex'), 'epoch', gen_random_uuid());

CREATE TABLE log.events (
  position        bigint PRIMARY KEY,
  recorded_at     timestamptz(3) NOT NULL,
  occurred_at     timestamptz(3),
  -- Not indexed: nothing looks an event up by it, and the outcome of an append is asked for by position.
  event_id        uuid NOT NULL,
  type            text NOT NULL,
  project         text,
  task_id         text,
  agent           text,
  actor           text NOT NULL,
  idempotency_key text,
  data_hash       bytea NOT NULL CHECK (octet_length(data_hash) = 32),
  hash            bytea NOT NULL CHECK (octet_length(hash) = 32),
  -- Payload and salt may be erased, together; the chain covers data_hash, so it still holds.
  salt            bytea CHECK (octet_length(salt) = 16),
  -- json, not jsonb: the sender's own text.
  data            json,
  CHECK ((data IS NULL) = (salt IS NULL))
);

-- A key is unique in its project for ever. Most events have none and cost nothing here.
CREATE UNIQUE INDEX events_idempotency_key ON log.events (project, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event log is immutable: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION log.refuse_all_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'att_eraser'
    AND NEW.data IS NULL AND NEW.salt IS NULL
    AND (NEW.position, NEW.recorded_at, NEW.occurred_at, NEW.event_id, NEW.type, NEW.project, NEW.task_id,
         NEW.agent, NEW.actor, NEW.idempotency_key, NEW.data_hash, NEW.hash)
      IS NOT DISTINCT FROM
        (OLD.position, OLD.recorded_at, OLD.occurred_at, OLD.event_id, OLD.type, OLD.project, OLD.task_id,
         OLD.agent, OLD.actor, OLD.idempotency_key, OLD.data_hash, OLD.hash)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the event log is immutable: only an erasure, by role att_eraser, may UPDATE log.events'
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_no_update BEFORE UPDATE ON log.events
  FOR EACH ROW EXECUTE FUNCTION log.refuse_all_but_erasure();
CREATE TRIGGER events_no_delete BEFORE DELETE ON log.events
  FOR EACH ROW EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON log.events
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER head_only_forward BEFORE UPDATE ON log.head
  FOR EACH ROW WHEN (NEW.position < OLD.position OR NEW.recorded_at < OLD.recorded_at)
  EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER head_no_delete BEFORE DELETE ON log.head
  FOR EACH ROW EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER head_no_truncate BEFORE TRUNCATE ON log.head
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

-- ALWAYS: also in a session that replays replication, where ordinary triggers are silent.
ALTER TABLE log.events ENABLE ALWAYS TRIGGER events_no_update;
ALTER TABLE log.events ENABLE ALWAYS TRIGGER events_no_delete;
ALTER TABLE log.events ENABLE ALWAYS TRIGGER events_no_truncate;
ALTER TABLE log.head ENABLE ALWAYS TRIGGER head_only_forward;
ALTER TABLE log.head ENABLE ALWAYS TRIGGER head_no_delete;
ALTER TABLE log.head ENABLE ALWAYS TRIGGER head_no_truncate;
