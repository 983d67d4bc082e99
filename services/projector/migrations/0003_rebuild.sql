-- Rebuilds beside what serves, operators' acts on them, and tasks that stand still.

ALTER TABLE projection.generations
  -- How far a build is: filling tables without indexes, indexing them, catching up with the log and with
  -- the active generation, or following the log like the active one.
  ADD COLUMN stage text NOT NULL DEFAULT 'following'
    CHECK (stage IN ('filling', 'indexing', 'catching up', 'following')),
  -- What becomes of a build that is done: it is switched to, waits as ready, or is compared and dropped.
  ADD COLUMN on_ready text NOT NULL DEFAULT 'switch' CHECK (on_ready IN ('switch', 'hold', 'drop')),
  -- Generations asked for together are built from one read of the log.
  ADD COLUMN build bigint,
  -- Events a second of a build, lately.
  ADD COLUMN rate double precision,
  ADD COLUMN comparison json,
  ADD COLUMN error text,
  -- When it stopped serving; of several retired ones the latest is kept.
  ADD COLUMN retired_at timestamptz(3),
  -- An operator wants it gone: the projector drops its tables, and then its row.
  ADD COLUMN drop_requested boolean NOT NULL DEFAULT false,
  ADD COLUMN has_tables boolean NOT NULL DEFAULT true;

CREATE SEQUENCE projection.builds;

CREATE UNIQUE INDEX generations_one_build ON projection.generations (projection)
  WHERE state IN ('building', 'ready');

-- Projections that an operator has stopped; a projection without a row goes on.
CREATE TABLE projection.paused (
  projection text PRIMARY KEY
);

-- A task stands still in a generation from the event on that could not be applied.
CREATE TABLE projection.dead_letters (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  generation    bigint NOT NULL REFERENCES projection.generations ON DELETE CASCADE,
  project       text NOT NULL,
  task_id       text NOT NULL,
  -- The event that could not be applied.
  position      bigint NOT NULL,
  error_name    text NOT NULL,
  error_message text NOT NULL,
  -- Later events of the task that wait behind it.
  queued        bigint NOT NULL DEFAULT 0,
  attempts      bigint NOT NULL DEFAULT 1,
  -- What an operator wants: the projector does it when it comes to the act's event in the log.
  state         text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'retry', 'skip')),
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (generation, project, task_id)
);

DO $$
BEGIN
  GRANT USAGE ON SEQUENCE projection.builds TO att_projector;
  GRANT SELECT, INSERT, DELETE ON projection.paused TO att_projector;
  GRANT SELECT, INSERT, UPDATE, DELETE ON projection.dead_letters TO att_projector;
  GRANT SELECT ON projection.paused, projection.dead_letters TO att_reader;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
  RAISE WARNING 'the services run without roles of their own: %', SQLERRM;
END
$$;
