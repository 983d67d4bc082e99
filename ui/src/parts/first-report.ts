/** Shell command, shown in an empty list, that sends a first report to the server of the page. */

const FIRST_TASK = { project: 'my-project', task_id: 'task-1', task: 'Say hello', agent: 'my-agent' };

/**
 * @param server address of the server, with the base path
 * @param apiKey without it, the command reads the shell variable `API_KEY`
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

/** Quotes text, so that a POSIX shell takes it literally. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
