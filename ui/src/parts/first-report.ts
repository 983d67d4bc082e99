/** The command that sends a first report to this very server. */

export function firstReport(origin: string, apiKey: string): string {
  const body = JSON.stringify({
    project: 'my-project',
    task_id: 'task-1',
    task: 'Say hello',
    agent: 'my-agent',
  });
  return [
    `curl -X POST ${origin}/webhook/start`,
    `  -H "X-API-Key: ${apiKey}"`,
    '  -H "Content-Type: application/json"',
    `  -d '${body}'`,
  ].join(' \\\n');
}
