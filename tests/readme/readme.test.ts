/** The commands of the README's section "Send and read", run word by word. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Task } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { API_KEY, read } from '../support/rest.js';

const run = promisify(execFile);
const python = await run('python3', ['--version']).then(
  () => true,
  () => false,
);
if (!python) console.warn('SKIPPED: the Python of the README is not run, as there is no python3 here');

const processes = new AttProcesses();
let directory: DataDirectory;
let server: Att;
let sendAndRead: string;

beforeAll(async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  sendAndRead = /\n## Send and read\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? '';
  directory = await DataDirectory.create();
  server = await processes.start(['start'], { DATA_DIR: directory.path });
  await server.ready();
});
afterAll(async () => {
  await processes.endAll();
  await directory.remove();
});

function blocks(language: string): string[] {
  const fence = new RegExp(`\\n\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\``, 'g');
  return [...sendAndRead.matchAll(fence)].map(([, code]) => code as string);
}

const environment = () => ({ ...process.env, URL: server.url, API_KEY });

describe('the README', () => {
  it('reports and reads with curl', async () => {
    const [settings = '', ...commands] = blocks('sh');
    expect(settings.split('\n').map((line) => line.split('=')[0])).toEqual(['export URL', 'export API_KEY']);
    expect(commands).toHaveLength(3);
    const { stdout } = await run('sh', ['-e', '-c', commands.join('\n')], { env: environment() });
    const answers = stdout
      .replaceAll('}{', '}\n{')
      .replaceAll('}[', '}\n[')
      .replaceAll('][', ']\n[')
      .split('\n');
    expect(answers.slice(0, 3).map((answer) => JSON.parse(answer).position)).toEqual([1, 2, 3]);
    expect(JSON.parse(answers[3] as string)).toMatchObject({
      title: 'Write the report',
      status: 'completed',
      progress: 50,
      result: 'Done',
    });
    expect(JSON.parse(answers[4] as string)).toHaveLength(3);
    expect(JSON.parse(answers[5] as string)).toMatchObject([{ status: 'running', position: 1 }]);
    expect(JSON.parse(answers[6] as string)).toMatchObject([{ status: 'completed', position: 3 }]);
  });

  it.skipIf(!python)('reports a failure with Python', async () => {
    const [program = '', ...others] = blocks('python');
    expect(others).toEqual([]);
    const { stdout } = await run('python3', ['-c', program], { env: environment() });
    expect(stdout).toContain("'status': 'accepted'");
    const task = await read<Task>(server.url, '/api/projects/my-project/tasks/task-124?min_position=5');
    expect(task).toMatchObject({
      title: 'Train the model',
      status: 'failed',
      error_type: 'RuntimeError',
      error_message: 'out of memory',
    });
  });
});
