-- A dump of other schemas alone brings no extension.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    EXECUTE format('CREATE EXTENSION pg_trgm SCHEMA %I',
      CASE WHEN to_regnamespace('public') IS NULL THEN 'projection' ELSE 'public' END);
  END IF;
END
$$;
