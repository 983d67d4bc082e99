-- Search in any script goes by trigrams. The extension ships with PostgreSQL and is a trusted one: the
-- owner of the database may create it (PostgreSQL manual, F.33). In public where there is one; wherever an
-- administrator has put it before, sessions find it.
DO $$
BEGIN
  EXECUTE format('CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA %I',
    CASE WHEN to_regnamespace('public') IS NULL THEN 'projection' ELSE 'public' END);
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file THEN
  RAISE EXCEPTION 'task search needs the extension pg_trgm, which could not be created: %', SQLERRM
    USING HINT = 'Have an administrator run CREATE EXTENSION pg_trgm in this database (it is in the contrib package), and start again.';
END
$$;
