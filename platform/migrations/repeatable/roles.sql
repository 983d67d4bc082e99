-- The services' roles and their rights, at each start: a user may be given CREATEROLE later, and a dump of the
-- schema alone brings no roles. Does nothing where they are there; without the right to make them the services share
-- this user's rights, and the start says so.
DO $$
DECLARE
  role_name text;
  membership text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  IF (SELECT count(*) FROM pg_roles r
      WHERE rolname IN ('att_ingest', 'att_projector', 'att_reader', 'att_eraser')
        AND pg_has_role(current_user, r.oid, membership)
        AND has_schema_privilege(r.oid, 'log', 'USAGE')
        AND has_table_privilege(r.oid, 'log.events', 'SELECT')
        AND has_table_privilege(r.oid, 'log.head', 'SELECT')
        AND (rolname <> 'att_ingest' OR has_table_privilege(r.oid, 'log.events', 'INSERT'))
        AND (rolname <> 'att_ingest' OR has_column_privilege(r.oid, 'log.head', 'position', 'UPDATE'))
        AND (rolname <> 'att_ingest' OR has_table_privilege(r.oid, 'log.relay', 'UPDATE'))
        AND (rolname <> 'att_eraser' OR has_column_privilege(r.oid, 'log.events', 'data', 'UPDATE'))
        AND (rolname = 'att_eraser'
          OR has_function_privilege(r.oid, 'log.recognise(uuid, bigint, bytea)', 'EXECUTE'))) = 4
  THEN
    RETURN;
  END IF;

  FOREACH role_name IN ARRAY ARRAY['att_ingest', 'att_projector', 'att_reader', 'att_eraser'] LOOP
    IF to_regrole(role_name) IS NULL THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
    IF NOT pg_has_role(current_user, role_name, membership) THEN
      EXECUTE format('GRANT %I TO %I', role_name, current_user);
    END IF;
  END LOOP;

  GRANT USAGE ON SCHEMA log TO att_ingest, att_projector, att_reader, att_eraser;
  GRANT SELECT ON log.head, log.events TO att_ingest, att_projector, att_reader, att_eraser;
  GRANT INSERT ON log.events TO att_ingest;
  GRANT UPDATE (position, hash, recorded_at) ON log.head TO att_ingest;
  GRANT UPDATE (data, salt) ON log.events TO att_eraser;
  GRANT SELECT ON log.relay TO att_reader;
  GRANT SELECT, INSERT, UPDATE ON log.relay TO att_ingest;
  -- A dump without rights leaves it to everybody.
  REVOKE EXECUTE ON FUNCTION log.recognise(uuid, bigint, bytea) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION log.recognise(uuid, bigint, bytea) TO att_ingest, att_projector, att_reader;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'this user may not create roles: %', SQLERRM;
END
$$;
