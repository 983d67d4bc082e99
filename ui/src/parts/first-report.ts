/** The command that sends a first report to this very server. */

const FIRST_TASK = { project: 'my-project', task_id: 'task-1', task: 'Say hello', agent: 'my-agent' };

/**
 * @param server its address, with the base path
 * @param apiKey left out, the shell takes it from its variable `API_KEY`
 */
export function firstReport(server: string, apiKey?: string): string {
  const body = JSON.stringify(FIRST_TASK, null, 2).replaceAll('\n', '\n  ');
  const header = apiKey === undefined ? '"X-API-Key: $API_KEY"' : quoted(`X-API-Key: ${apiKey}`);
  return [
    `curl -X POST ${server}/webhook/start`,
    `  -H ${header}`,
    "  -H 'Content-Type: application/json'",
    `  -d ${quoted(body)}`,
  ].join(' \\\n');
}

/** As a POSIX shell takes it literally. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
