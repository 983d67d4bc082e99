/** Checks of a hand-written handler: the least that the bare servers must do as well. */
export function isReport(body: unknown): body is { task_id: string; project: string } {
  if (typeof body !== 'object' || body === null) return false;
  const { project, task, task_id, agent } = body as Record<string, unknown>;
  return (
    [project, task_id, agent].every(isName) && typeof task === 'string' && task !== '' && task.length <= 2000
  );
}

const isName = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= 200;

export function answerTo({ task_id, project }: { task_id: string; project: string }): string {
  return JSON.stringify({ status: 'accepted', message: 'Task started', task_id, project });
}
