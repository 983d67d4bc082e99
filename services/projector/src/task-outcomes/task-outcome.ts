/** What a counting projection remembers of a task. */
export interface TaskOutcome {
  project: string;
  task_id: string;
  agent: string;
  status: string;
  started_at: string | null;
  finished_at: string | null;
  duration_seconds: number | null;
}
