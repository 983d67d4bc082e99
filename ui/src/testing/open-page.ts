/** Snapshots of a page on a `ModelServer`, which answers when a test says so. */
import { type EventFrame, problem } from '@att/contracts';
import { ApiProblem, ServerUnreachable } from '../api/errors';
import { foldProjects, type ProjectList } from '../lists/project-list';
import { foldTasks, type TaskFilter, type TaskList } from '../lists/task-list';
import type { Change } from '../live/change';
import { makeFeed } from '../live/make-feed';
import { type Loaded, makeSnapshot, type Snapshot, type SnapshotSource } from '../live/make-snapshot';
import { stubBrowser } from './fake-browser';
import { type ModelLog, ModelServer } from './model-server';
import { makeOracle } from './oracle';

export const WINDOW = 4;
export const FILTER: TaskFilter = { project: undefined, statuses: ['running', 'waiting'] };

/** Read that the server has not answered yet. */
export interface Request {
  /** Log of the time at which it was sent. */
  log: ModelLog;
  minPosition: number;
  /** Answers with the events up to a position that `lag` allows, of the present log or of the one when it was sent. */
  answer(log: ModelLog, lag: number): void;
  fail(): void;
}

/** Opens a page with three snapshots of one server. */
export function openPage(seed: number) {
  const server = new ModelServer();
  const browser = stubBrowser(server, seed);
  /** Epoch of the socket's log; undefined before its first frame, and after its cursor was dropped. */
  let epoch: string | undefined;
  let wasConnected = false;
  const wrong: { shown: number[]; right: number[] }[] = [];
  let checked = 0;
  const feed = makeFeed({
    apiKey: 'k',
    origin: 'ws://localhost',
    onState({ cursor }) {
      epoch = cursor.epoch;
      wasConnected ||= epoch !== undefined;
    },
    onServerTime() {},
    onKeyRefused() {},
  });
  let requests: Request[] = [];
  const snapshots: Snapshot<unknown>[] = [];

  function open<T>(
    read: (events: EventFrame[], position: number) => T,
    fold: SnapshotSource<T>['fold'],
    { tasks, onShown }: Pick<SnapshotSource<T>, 'tasks'> & { onShown?(data: T): void } = {},
  ): T[] {
    const shown: T[] = [];
    const load = (minPosition = 0) =>
      new Promise<Loaded<T>>((resolve, reject) => {
        const request: Request = {
          log: server.log,
          minPosition,
          answer(log, lag) {
            requests = requests.filter((one) => one !== request);
            if (minPosition > log.head)
              return reject(new ApiProblem(problem('position_ahead', '', 'r'), null));
            const position = Math.max(minPosition, log.head - lag);
            const events = log.events.filter((event) => event.position <= position);
            resolve({ data: read(events, position), position });
          },
          fail() {
            requests = requests.filter((one) => one !== request);
            reject(new ServerUnreachable(undefined));
          },
        };
        requests.push(request);
      });
    const source = tasks === undefined ? { load, fold } : { load, fold, tasks };
    snapshots.push(
      makeSnapshot(feed, source, {
        onData(data) {
          shown.push(data);
          onShown?.(data);
        },
        onError() {},
      }) as Snapshot<unknown>,
    );
    return shown;
  }

  function checkJournal(shown: number[]): void {
    // Answers of the two logs cannot be told apart between a restore and its reset.
    if (wasConnected && epoch !== server.log.epoch) return;
    checked += 1;
    const right = server.log.events.slice(0, shown.length).map((event) => event.position);
    if (String(shown) !== String(right)) wrong.push({ shown, right });
  }

  const journal = open<number[]>(
    (events) => events.map((event) => event.position),
    (data, changes) => ({
      data: [...data, ...changes.map((change: Change) => change.position)],
      inexactAt: 0,
    }),
    { onShown: checkJournal },
  );
  const tasks = open<TaskList>(
    (events) => oracleOf(events).list(FILTER, WINDOW),
    (list, changes) => foldTasks(list, FILTER, changes, WINDOW),
    { tasks: (list) => list.rows },
  );
  const projects = open<ProjectList>((events, position) => oracleOf(events).projects(position), foldProjects);
  return {
    server,
    browser,
    journal,
    tasks,
    projects,
    requests: () => requests,
    knowsLog: () => epoch !== undefined,
    /** Positions that the journal showed and the log does not have. */
    wrong,
    checked: () => checked,
    close() {
      for (const snapshot of snapshots) snapshot.dispose();
      feed.stop();
    },
  };
}

export type Page = ReturnType<typeof openPage>;

export function oracleOf(events: readonly EventFrame[]) {
  const oracle = makeOracle();
  for (const event of events) oracle.take(event);
  return oracle;
}
