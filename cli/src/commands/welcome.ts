export interface Welcome {
  url: string;
  /** Key in the data directory; undefined when the operator set API_KEY, which is not printed. */
  storedKey: string | undefined;
  /** Name of the database for people, without a password. */
  database: string;
}

/** Text that `att start` prints: the URL, the key, and how to send the first event. */
export function welcome({ url, storedKey, database }: Welcome): string {
  return `
Agent Task Tracker runs.

  URL       ${url}
  API key   ${storedKey ?? 'the one that API_KEY has'}
  Database  ${database}

Send the first event:

  curl -X POST ${url}/webhook/start \\
    -H ${keyHeader(storedKey)} -H 'Content-Type: application/json' \\
    -d '{"project":"my-project","task":"Try it out","task_id":"task-1","agent":"curl"}'

Ctrl-C stops it.

`;
}

/** Header for curl. The operator's own key is taken from the shell's environment. */
function keyHeader(storedKey: string | undefined): string {
  return storedKey === undefined ? '"X-API-Key: $API_KEY"' : quoted(`X-API-Key: ${storedKey}`);
}

/** Text quoted as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
