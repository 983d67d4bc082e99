-- Read models. Each build of a projection is a generation with tables of its own, named
-- projection.<table>_g<generation>, made when the generation is; this file has only the register.

-- An administrator may have made it, for a user who may not.
DO $$ BEGIN IF to_regnamespace('projection') IS NULL THEN CREATE SCHEMA projection; END IF; END $$;

CREATE TABLE projection.generations (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  projection  text NOT NULL,
  version     integer NOT NULL,
  state       text NOT NULL CHECK (state IN ('building', 'ready', 'active', 'retired', 'failed', 'cancelled')),
  -- The checkpoint: every event up to it is in the tables. It commits with them, and moving it by
  -- compare-and-set fences off a second projector.
  position    bigint NOT NULL DEFAULT 0,
  -- Recorded time of the event at the checkpoint: tells the lag in seconds.
  recorded_at timestamptz(3),
  started_at  timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3)
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX generations_one_active ON projection.generations (projection) WHERE state = 'active';

-- The projector makes a generation's tables, so it owns them; readers see every one of them.
DO $$
BEGIN
  GRANT USAGE, CREATE ON SCHEMA projection TO att_projector;
  GRANT SELECT, INSERT, UPDATE, DELETE ON projection.generations TO att_projector;
  GRANT USAGE ON SCHEMA projection TO att_reader;
  GRANT SELECT ON projection.generations TO att_reader;
  ALTER DEFAULT PRIVILEGES FOR ROLE att_projector IN SCHEMA projection GRANT SELECT ON TABLES TO att_reader;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
  RAISE WARNING 'the services run without roles of their own: %', SQLERRM;
END
$$;
