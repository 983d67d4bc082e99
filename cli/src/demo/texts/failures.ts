/** Failures of agents, in the words of their runtimes. */
export interface Failure {
  error_type: string;
  error_message: string;
  stack_trace: string;
}

export const FAILURES: readonly Failure[] = [
  {
    error_type: 'TypeError',
    error_message: "Cannot read properties of undefined (reading 'items')",
    stack_trace: `TypeError: Cannot read properties of undefined (reading 'items')
    at totalOf (/workspace/src/cart/total.ts:42:23)
    at Array.reduce (<anonymous>)
    at priceCart (/workspace/src/cart/price-cart.ts:17:10)
    at async runTool (/agent/dist/tools/run-tool.js:88:18)
    at async Agent.step (/agent/dist/agent.js:214:20)`,
  },
  {
    error_type: 'ToolTimeoutError',
    error_message: 'The tool "run_tests" gave no output for 600 s',
    stack_trace: `ToolTimeoutError: The tool "run_tests" gave no output for 600 s
    at Timeout._onTimeout (/agent/dist/tools/with-timeout.js:31:14)
    at listOnTimeout (node:internal/timers:581:17)
    at process.processTimers (node:internal/timers:519:7)`,
  },
  {
    error_type: 'subprocess.CalledProcessError',
    error_message: "Command '['pytest', '-x', 'tests/pricing']' returned non-zero exit status 1.",
    stack_trace: `Traceback (most recent call last):
  File "/agent/runner.py", line 131, in run_task
    outcome = step(context)
  File "/agent/steps/test.py", line 58, in step
    subprocess.run(command, check=True, timeout=900)
  File "/usr/lib/python3.12/subprocess.py", line 571, in run
    raise CalledProcessError(retcode, process.args,
subprocess.CalledProcessError: Command '['pytest', '-x', 'tests/pricing']' returned non-zero exit status 1.`,
  },
  {
    error_type: 'psycopg.errors.DeadlockDetected',
    error_message: 'deadlock detected',
    stack_trace: `Traceback (most recent call last):
  File "/workspace/importer/nightly.py", line 204, in store_batch
    cursor.executemany(UPSERT, rows)
  File "/usr/lib/python3/dist-packages/psycopg/cursor.py", line 128, in executemany
    raise ex.with_traceback(None)
psycopg.errors.DeadlockDetected: deadlock detected
DETAIL:  Process 4182 waits for ShareLock on transaction 90514; blocked by process 4190.
HINT:  See server log for query details.`,
  },
  {
    error_type: 'ContextLengthExceeded',
    error_message: 'The conversation has 214,880 tokens; the model takes 200,000',
    stack_trace: `ContextLengthExceeded: The conversation has 214,880 tokens; the model takes 200,000
    at ModelClient.complete (/agent/dist/model/client.js:152:13)
    at async Agent.think (/agent/dist/agent.js:171:22)
    at async Agent.step (/agent/dist/agent.js:209:21)`,
  },
  {
    error_type: 'java.lang.OutOfMemoryError',
    error_message: 'Java heap space',
    stack_trace: `java.lang.OutOfMemoryError: Java heap space
\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)
\tat com.example.catalog.IndexBuilder.grow(IndexBuilder.java:118)
\tat com.example.catalog.IndexBuilder.add(IndexBuilder.java:96)
\tat com.example.catalog.ReindexJob.run(ReindexJob.java:54)
\tat java.base/java.lang.Thread.run(Thread.java:1583)`,
  },
  {
    error_type: 'panic',
    error_message: 'runtime error: index out of range [3] with length 3',
    stack_trace: `panic: runtime error: index out of range [3] with length 3

goroutine 47 [running]:
main.parseRow({0xc0001b4000, 0x3, 0x4})
\t/workspace/cmd/export/parse.go:71 +0x1d4
main.worker(0xc00009a060)
\t/workspace/cmd/export/main.go:39 +0x8c
created by main.main in goroutine 1
\t/workspace/cmd/export/main.go:24 +0x11f`,
  },
  {
    error_type: 'MergeConflict',
    error_message: 'CONFLICT (content): Merge conflict in src/orders/routes.ts',
    stack_trace: `MergeConflict: CONFLICT (content): Merge conflict in src/orders/routes.ts
    at rebaseOnto (/agent/dist/tools/git.js:203:11)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at async runTool (/agent/dist/tools/run-tool.js:88:18)`,
  },
  {
    error_type: 'requests.exceptions.ConnectionError',
    error_message: 'Не удалось подключиться к api.staging.example: истекло время ожидания',
    stack_trace: `Traceback (most recent call last):
  File "/agent/tools/http.py", line 44, in fetch
    response = session.get(url, timeout=30)
  File "/usr/lib/python3/dist-packages/requests/sessions.py", line 602, in get
    return self.request("GET", url, **kwargs)
requests.exceptions.ConnectionError: Не удалось подключиться к api.staging.example: истекло время ожидания`,
  },
];
