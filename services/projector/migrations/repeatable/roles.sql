-- Rights of the services' roles on the read models, where those roles were made after them.
DO $$
DECLARE
  table_name text;
BEGIN
  IF to_regrole('att_projector') IS NULL OR to_regrole('att_reader') IS NULL
    OR NOT pg_has_role(current_user, 'att_projector', 'MEMBER')
  THEN
    RETURN;
  END IF;

  IF NOT (has_schema_privilege('att_projector', 'projection', 'CREATE')
    AND has_table_privilege('att_projector', 'projection.generations', 'INSERT')
    AND has_table_privilege('att_reader', 'projection.generations', 'SELECT'))
  THEN
    GRANT USAGE, CREATE ON SCHEMA projection TO att_projector;
    GRANT USAGE ON SCHEMA projection TO att_reader;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA projection TO att_projector;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA projection TO att_projector;
    GRANT SELECT ON ALL TABLES IN SCHEMA projection TO att_reader;
    ALTER DEFAULT PRIVILEGES FOR ROLE att_projector IN SCHEMA projection GRANT SELECT ON TABLES TO att_reader;
  END IF;

  -- Tables of generations belong to who makes and drops them.
  FOR table_name IN
    SELECT oid::regclass::text FROM pg_class
    WHERE relnamespace = 'projection'::regnamespace AND relkind = 'r' AND relname ~ '_g[0-9]+$'
      AND relowner <> 'att_projector'::regrole
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO att_projector', table_name);
  END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'the services run without roles of their own: %', SQLERRM;
END
$$;
