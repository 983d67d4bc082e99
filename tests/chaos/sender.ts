/** Agent that sends reports over one connection, and records the outcome of each. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.js';
import { API_KEY } from '../support/rest.js';
import { drawReport } from './draw-report.js';
import type { Outcome, SentReport, SentRequest } from './sent.js';

export interface SenderOptions {
  name: string;
  random: Random;
  /** URL of the server, asked for before each request. */
  url(): string;
  /** Aborts to stop: reports that were begun are finished. */
  stopping: AbortSignal;
  /** Aborts to give up: nothing is retried. */
  abandoning: AbortSignal;
}

/** Milliseconds without an answer after which a sender gives up waiting. */
const ANSWER_TIMEOUT = 20_000;
const MAX_ITEMS = 12;

interface Answer {
  status: number;
  body: string;
}

export class Sender {
  readonly sent: SentRequest[] = [];
  /** Counts of answered statuses and of connection errors. */
  readonly seen = new Map<string, number>();
  readonly #options: SenderOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Ends after `stopping` aborts, once every report with a key is acknowledged. */
  async run(): Promise<void> {
    const { name, random, stopping } = this.#options;
    for (let n = 0; !stopping.aborted; n++) {
      await this.#sendNext(`${name}-${n}`, random);
      await sleep(random.between(2, 12));
    }
    this.#agent.destroy();
  }

  async #sendNext(mark: string, random: Random): Promise<void> {
    const keyed = random.between(0, 1) === 0;
    const inBatch = random.between(0, 3) === 0;
    const count = inBatch ? random.between(1, MAX_ITEMS) : 1;
    const reports = Array.from({ length: count }, (_, index) =>
      drawReport(random, `${mark}-${index}`, keyed, inBatch),
    );
    this.sent.push(reports);
    while (!(await this.#try(reports, inBatch)) && keyed) {
      if (this.#options.abandoning.aborted) return;
      await sleep(50);
    }
  }

  /** True once the reports are acknowledged. */
  async #try(reports: SentRequest, inBatch: boolean): Promise<boolean> {
    const outcomes = await (inBatch ? this.#sendBatch(reports) : this.#sendSingle(reports[0] as SentReport));
    reports.forEach((report, index) => {
      report.outcomes.push(outcomes[index] as Outcome);
    });
    return outcomes.every(({ is }) => is === 'acknowledged');
  }

  async #sendSingle({ kind, text, key }: SentReport): Promise<Outcome[]> {
    const headers = key === undefined ? {} : { 'Idempotency-Key': key };
    const answer = await this.#post(`/webhook/${kind}`, text, headers);
    if (typeof answer === 'string') return [{ is: answer }];
    if (answer.status !== 202) return [outcomeOfRefusal(answer)];
    return [acknowledgement(JSON.parse(answer.body))];
  }

  async #sendBatch(reports: SentRequest): Promise<Outcome[]> {
    const body = `[${reports.map(({ text }) => text).join(',')}]`;
    const answer = await this.#post('/webhook/batch', body, {});
    if (typeof answer === 'string') return reports.map(() => ({ is: answer }));
    if (answer.status !== 207) return reports.map(() => outcomeOfRefusal(answer));
    return (JSON.parse(answer.body) as unknown[]).map(acknowledgement);
  }

  async #post(path: string, body: string, headers: object): Promise<Answer | 'refused' | 'unknown'> {
    try {
      const answer = await send(`${this.#options.url()}${path}`, body, headers, this.#agent);
      this.#saw(String(answer.status));
      return answer;
    } catch (error) {
      const { code = 'unnamed' } = error as NodeJS.ErrnoException;
      this.#saw(code);
      return code === 'ECONNREFUSED' ? 'refused' : 'unknown';
    }
  }

  #saw(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }
}

function acknowledgement(body: unknown): Outcome {
  const { position, event_id, duplicate } = body as {
    position: number;
    event_id: string;
    duplicate: boolean;
  };
  if (!Number.isInteger(position)) throw new Error(`not an acknowledgement: ${JSON.stringify(body)}`);
  return { is: 'acknowledged', position, eventId: event_id, duplicate };
}

/** Outcome of a refusal. A valid report may only be refused with 503, whatever happens to the server. */
function outcomeOfRefusal({ status, body }: Answer): Outcome {
  const { code } = JSON.parse(body) as { code: string };
  if (status !== 503) throw new Error(`a valid report was answered ${status}: ${body}`);
  return { is: code === 'outcome_unknown' ? 'unknown' : 'refused' };
}

function send(url: string, body: string, headers: object, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: 'POST',
      agent,
      timeout: ANSWER_TIMEOUT,
      headers: {
        'X-API-Key': API_KEY,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        ...headers,
      },
    });
    sending.on('timeout', () =>
      sending.destroy(Object.assign(new Error('no answer'), { code: 'NO_ANSWER' })),
    );
    sending.on('error', reject);
    sending.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode as number, body: text }));
      response.on('aborted', () =>
        reject(Object.assign(new Error('half an answer'), { code: 'HALF_ANSWER' })),
      );
    });
    sending.end(body);
  });
}
