/** The command that sends a first report to this very server. */

const FIRST_TASK = { project: 'my-project', task_id: 'task-1', task: 'Say hello', agent: 'my-agent' };

export function firstReport(origin: string, apiKey: string): string {
  const body = JSON.stringify(FIRST_TASK, null, 2).replaceAll('\n', '\n  ');
  return [
    `curl -X POST ${origin}/webhook/start`,
    `  -H "X-API-Key: ${apiKey}"`,
    '  -H "Content-Type: application/json"',
    `  -d '${body}'`,
  ].join(' \\\n');
}
