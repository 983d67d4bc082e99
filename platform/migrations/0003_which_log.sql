-- Which log this is, and which times it takes.

ALTER TABLE log.head
  -- Where the log was when it was last recognised; null where that cannot be read.
  ADD COLUMN system_identifier bigint,
  ADD COLUMN timeline bigint,
  ADD COLUMN database_oid bigint,
  ADD COLUMN table_oid bigint,
  -- Times ahead of the database's clock that an operator has accepted, up to this one.
  ADD COLUMN accepted_until timestamptz(3);

-- A log in another place may lack events that somebody has seen, and give their positions to others: then it gets a new
-- epoch. So it does for a caller whose remembered event is gone, while the epoch is still the one that the caller knows.
-- One row is compared and set, so of several callers one makes the new epoch, and where nothing has changed nothing is
-- written. Services may call it, and change nothing else of the epoch: it runs with its owner's rights.
CREATE FUNCTION log.recognise(
  known_epoch uuid DEFAULT NULL,
  known_position bigint DEFAULT NULL,
  known_hash bytea DEFAULT NULL,
  OUT epoch uuid,
  OUT is_renewed boolean,
  OUT is_server_known boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  server bigint;
  server_timeline bigint;
  here_database bigint := (SELECT oid FROM pg_database WHERE datname = current_database());
  here_table bigint := 'log.head'::regclass::oid;
BEGIN
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION 'the database is a standby: it cannot be written to'
      USING ERRCODE = 'read_only_sql_transaction';
  END IF;
  BEGIN
    SELECT s.system_identifier INTO server FROM pg_control_system() s;
    -- Not that of pg_control_checkpoint(), which a promotion changes only with the checkpoint that follows it.
    server_timeline := ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint;
  EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
    server := NULL;
  END;
  is_server_known := server IS NOT NULL;

  UPDATE log.head AS h
  SET epoch = gen_random_uuid()
  WHERE h.system_identifier <> server OR h.timeline <> server_timeline
    OR h.database_oid <> here_database OR h.table_oid <> here_table
    OR h.epoch = known_epoch AND known_position > 0 AND known_hash IS DISTINCT FROM
      (SELECT e.hash FROM log.events e WHERE e.position = known_position AND e.position <= h.position)
  RETURNING true INTO is_renewed;
  is_renewed := coalesce(is_renewed, false);

  UPDATE log.head AS h
  SET system_identifier = coalesce(server, h.system_identifier), timeline = coalesce(server_timeline, h.timeline),
      database_oid = here_database, table_oid = here_table
  WHERE (h.system_identifier, h.timeline, h.database_oid, h.table_oid)
    IS DISTINCT FROM (coalesce(server, h.system_identifier), coalesce(server_timeline, h.timeline), here_database, here_table);

  SELECT h.epoch INTO epoch FROM log.head h;
END
$$;

-- Recorded times stay by the database's clock, whoever writes. Ahead of it by more than a minute they would be every later
-- event's time until it has come, and what is in the log stays. Behind it by more than 10 s they would change what the log
-- had at a moment that readers were told of already.
CREATE FUNCTION log.refuse_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.recorded_at > clock_timestamp() THEN
    RAISE EXCEPTION 'the time to record, %, is ahead of the database''s clock, %: one of the two is wrong',
      to_char(NEW.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      USING ERRCODE = 'T0001', HINT = 'Set the clock that is wrong, or accept the time with `att log accept-clock`.';
  END IF;
  RAISE EXCEPTION 'the time to record has passed more than 10 s ago' USING ERRCODE = 'T0002';
END
$$;

-- Fires with the row's lock held, so that no wait for it lies between this comparison and the change.
CREATE TRIGGER head_time BEFORE UPDATE ON log.head
  FOR EACH ROW WHEN (
    NEW.position > OLD.position AND (
      NEW.recorded_at < clock_timestamp() - interval '10 s'
      OR NEW.recorded_at > clock_timestamp() + interval '60 s'
        AND NEW.recorded_at > coalesce(OLD.accepted_until, '-infinity')
    )
  )
  EXECUTE FUNCTION log.refuse_time();
ALTER TABLE log.head ENABLE ALWAYS TRIGGER head_time;

REVOKE EXECUTE ON FUNCTION log.recognise(uuid, bigint, bytea) FROM PUBLIC;
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['att_ingest', 'att_projector', 'att_reader'] LOOP
    IF to_regrole(role_name) IS NOT NULL THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION log.recognise(uuid, bigint, bytea) TO %I', role_name);
    END IF;
  END LOOP;
END
$$;
