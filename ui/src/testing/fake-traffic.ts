/** Agents at work, for looking at the UI: tasks of several projects that start, report and end. */
import type { WebhookBody, WebhookKind } from '@att/contracts';

type Append = (kind: WebhookKind, body: WebhookBody) => void;

const PROJECTS = ['checkout-service', 'docs/site', 'Каталог товаров', 'ml-pipeline', 'mobile app'];
const AGENTS = ['claude-3-5', 'gpt-researcher', 'агент-проверки', 'refactor-bot'];
const TITLES = [
  'Migrate the payment provider to the new API',
  'Проверить переводы страницы оформления заказа',
  'Fix flaky integration test in cart totals',
  'Summarise customer interviews of the last quarter, group them by theme and draft the report',
  'Обновить индекс поиска',
  'Train the ranking model',
];
const TRACE = `TimeoutError: upstream did not answer within 30000 ms
    at Client.request (/srv/app/node_modules/http-client/src/client.ts:214:13)
    at async syncInventory (/srv/app/src/inventory/sync.ts:58:20)
    at async main (/srv/app/src/main.ts:12:3)`;

/** @returns a function that makes the next event happen */
export function makeTraffic(append: Append, random: () => number = Math.random): () => void {
  const running: WebhookBody[] = [];
  let started = 0;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

  function start(): void {
    started += 1;
    const base = {
      project: pick(PROJECTS),
      task: pick(TITLES),
      task_id: `task-${started}`,
      agent: pick(AGENTS),
    };
    running.push(base);
    append('start', {
      ...base,
      metadata: { branch: `agent/${started}`, model: { name: base.agent, temperature: 0.2 } },
    });
  }

  function end(base: WebhookBody): void {
    running.splice(running.indexOf(base), 1);
    if (random() < 0.25) {
      append('error', {
        ...base,
        error_type: 'TimeoutError',
        error_message: 'upstream did not answer within 30000 ms',
        stack_trace: TRACE,
      });
    } else {
      append('finish', { ...base, result: { files_changed: 12, summary: 'Готово: all checks are green' } });
    }
  }

  return () => {
    const chance = random();
    const base = running.length > 0 ? pick(running) : undefined;
    if (base === undefined || (chance < 0.2 && running.length < 40)) return start();
    if (chance < 0.35) return end(base);
    append('status', {
      ...base,
      status: pick(['running', 'running', 'reviewing the diff', 'waiting', 'проверка']),
      progress: Math.round(random() * 100),
      message: pick(['Reading 214 files', 'Жду ответа ревьюера', 'Running the test suite (3 of 12)']),
    });
  };
}
