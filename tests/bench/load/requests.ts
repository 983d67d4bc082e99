/** Requests of the load: a fleet's reports, ten a task: a start, eight statuses, a finish. */

export interface Report {
  path: string;
  body: string;
}

export function fleetReports(tasks: number, run: string): Report[] {
  const reports: Report[] = [];
  // Interleaved as a fleet would: every task makes its first step before any makes its second.
  for (let step = 0; step < 10; step++) {
    for (let task = 0; task < tasks; task++) reports.push(report(run, task, step));
  }
  return reports;
}

function report(run: string, task: number, step: number): Report {
  const common = {
    project: `bench-${task % 20}`,
    task: `Refactor module ${task} of the billing service`,
    task_id: `${run}-${task}`,
    agent: `claude-${task % 50}`,
  };
  if (step === 0) {
    return { path: '/webhook/start', body: JSON.stringify({ ...common, metadata: { priority: 'high' } }) };
  }
  if (step === 9) {
    const body = { ...common, result: 'All tests pass', duration_seconds: 42.5 };
    return { path: '/webhook/finish', body: JSON.stringify(body) };
  }
  const body = { ...common, status: 'running', progress: step * 11, message: `Step ${step} of 9 is done` };
  return { path: '/webhook/status', body: JSON.stringify(body) };
}

export function asHttp({ path, body }: Report, apiKey: string): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${apiKey}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
