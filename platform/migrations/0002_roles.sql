-- One role a service, with only what it needs. Roles belong to the whole server, so another database
-- of it may have made them already. A user who may not create roles goes on without: the triggers
-- hold all the same, and the start says so.

DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['att_ingest', 'att_projector', 'att_reader', 'att_eraser'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    -- Any of these may be the service that logs in as this user and then takes the role.
    EXECUTE format('GRANT %I TO %I', role_name, current_user);
  END LOOP;

  GRANT USAGE ON SCHEMA log TO att_ingest, att_projector, att_reader, att_eraser;
  GRANT SELECT ON log.head, log.events TO att_ingest, att_projector, att_reader, att_eraser;
  GRANT INSERT ON log.events TO att_ingest;
  GRANT UPDATE (position, hash, recorded_at) ON log.head TO att_ingest;
  GRANT UPDATE (data, salt) ON log.events TO att_eraser;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'this user may not create roles: %', SQLERRM;
END
$$;
