export interface Welcome {
  url: string;
  /** The key that was made for the data directory; undefined for the operator's own, which stays with the operator. */
  madeKey: string | undefined;
  /** For people, without a password. */
  database: string;
}

/** Welcome to whoever starts everything: where it is, the key, and how to send the first event. */
export function welcome({ url, madeKey, database }: Welcome): string {
  return `
Agent Task Tracker runs.

  URL       ${url}
  API key   ${madeKey ?? 'the one that API_KEY has'}
  Database  ${database}

Send the first event:

  curl -X POST ${url}/webhook/start \\
    -H ${keyHeader(madeKey)} -H 'Content-Type: application/json' \\
    -d '{"project":"my-project","task":"Try it out","task_id":"task-1","agent":"curl"}'

Ctrl-C stops it.

`;
}

/** The operator's own key comes from the shell, where it has to be set. */
function keyHeader(madeKey: string | undefined): string {
  return madeKey === undefined ? '"X-API-Key: $API_KEY"' : quoted(`X-API-Key: ${madeKey}`);
}

/** One word to a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
