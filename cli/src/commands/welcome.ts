/** What a person sees when everything runs: where it is, the key, and how to send the first event. */
export function welcome({
  url,
  apiKey,
  database,
}: {
  url: string;
  apiKey: string;
  database: string;
}): string {
  return `
Agent Task Tracker runs.

  URL       ${url}
  API key   ${apiKey}
  Database  ${database}

Send the first event:

  curl -X POST ${url}/webhook/start \\
    -H ${quoted(`X-API-Key: ${apiKey}`)} -H 'Content-Type: application/json' \\
    -d '{"project":"my-project","task":"Try it out","task_id":"task-1","agent":"curl"}'

Ctrl-C stops it.

`;
}

/** One word to a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
