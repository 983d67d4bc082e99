/** Texts of the interface, in one place, so that another language can be added beside them. */

import type { TaskEventType } from '@att/contracts';

export const LOCALE = 'en';

const plural = new Intl.PluralRules(LOCALE);
const whole = new Intl.NumberFormat(LOCALE);

export function count(value: number): string {
  return whole.format(value);
}

export function counted(value: number, one: string, other: string): string {
  return `${count(value)} ${plural.select(value) === 'one' ? one : other}`;
}

export const text = {
  product: 'Agent Task Tracker',
  skip: 'Skip to the content',
  nav: { label: 'Pages', overview: 'Overview', tasks: 'Tasks', replay: 'Replay' },
  theme: {
    label: 'Theme',
    now: (theme: string) => `Theme: ${theme}`,
    light: 'Light',
    dark: 'Dark',
    system: 'System',
  },
  signOut: 'Sign out',

  gate: {
    intro: 'See what your agents are doing, as they do it.',
    key: 'API key',
    keyHint: 'The API_KEY that the server was started with, or that it printed when it started.',
    keep: 'Keep me signed in on this computer',
    enter: 'Open',
    checking: 'Checking…',
    empty: 'Enter the API key.',
    unsendable: 'A key has no spaces and only plain letters, digits and signs. Was something else pasted?',
    wrong: 'The server does not accept this key.',
    noReadScope: 'This key may report tasks, but not read them. A key with the scope “read” is needed.',
    ended: 'The server no longer accepts the key. Enter another one.',
  },

  connection: {
    label: 'Connection',
    connecting: 'Connecting',
    catchingUp: 'Catching up',
    live: 'Live',
    offline: 'Offline',
    reconnecting: (seconds: number) => `Reconnecting in ${seconds} s`,
    refused: 'Signed out',
    lastEvent: 'last event',
    retry: 'Try to reconnect now',
    retryShort: 'Try now',
  },

  status: {
    running: 'running',
    waiting: 'waiting',
    completed: 'completed',
    failed: 'failed',
    cancelled: 'cancelled',
  },

  counts: {
    active: 'Active',
    completed: 'Completed',
    completedShort: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    total: 'Total',
  },

  overview: {
    title: 'Overview',
    projects: 'Projects',
    newest: 'Newest tasks',
    allTasks: 'All tasks',
    partial: (shown: number, total: number) =>
      `Sums of the ${count(shown)} projects shown, of ${count(total)}`,
    columns: { name: 'Project', updated: 'Last event' },
  },

  tasks: {
    title: 'Tasks',
    filter: 'Status',
    all: 'All',
    shown: (shown: number, total: number) =>
      shown >= total
        ? counted(total, 'task', 'tasks')
        : `${count(shown)} of ${counted(total, 'task', 'tasks')}`,
    columns: {
      status: 'Status',
      title: 'Task',
      project: 'Project',
      agent: 'Agent',
      progress: 'Progress',
      duration: 'Duration',
      updated: 'Updated',
    },
  },

  project: {
    missingTitle: 'No such project',
    missing: (name: string) =>
      `There is no project called “${name}” yet. It appears here with its first task.`,
  },

  task: {
    missingTitle: 'No such task',
    missing: (id: string, project: string) =>
      `The project “${project}” has no task “${id}” yet. It appears here with its first report.`,
    error: 'Error',
    stackTrace: 'Stack trace',
    result: 'Result',
    metadata: 'Metadata',
    events: 'Events',
    message: 'Last message',
    fields: {
      agent: 'Agent',
      progress: 'Progress',
      started: 'Started',
      finished: 'Finished',
      duration: 'Duration',
      updated: 'Updated',
      attempt: 'Attempt',
      position: 'Position',
    },
    none: '—',
    moreEvents: 'Load later events',
    metadataTruncated: 'Some keys were left out, as all together would be too large. The events have them.',
    erased: 'The payload was erased.',
    payload: 'Payload',
    partialPayload: 'Loading the full payload…',
    eventTypes: {
      'task.started': 'Started',
      'task.progressed': 'Reported',
      'task.finished': 'Finished',
      'task.failed': 'Failed',
    } satisfies Record<TaskEventType, string> as Readonly<Record<string, string>>,
  },

  empty: {
    title: 'No tasks yet',
    body: 'Agents report with plain HTTP. Send the first report, and it shows up here at once:',
    copy: 'Copy',
    copyWithKey: 'Copy with my key',
    copied: 'Copied',
    command: 'Command',
  },
  noMatch: {
    title: 'No match',
    body: 'No task has this status now.',
    clear: 'Clear the filter',
  },

  list: { more: 'Load more', loading: 'Loading…' },

  errors: {
    title: 'This could not be loaded',
    unreachable: 'The server cannot be reached. It is tried again by itself.',
    passing: (detail: string) => `${detail}. It is tried again by itself.`,
    request: (id: string) => `Request ${id}`,
    retry: 'Try again now',
    old: 'What you see may be out of date.',
  },

  build: {
    title: 'The server prepares a new release',
    body: 'It reads its log anew to build what this page shows. Reports are taken as ever, and nothing is lost.',
    label: 'Built so far',
    soFar: (position: number, head: number) => `${count(position)} of ${counted(head, 'event', 'events')}`,
    stages: {
      filling: 'reading the log',
      indexing: 'making indexes',
      'catching up': 'catching up',
      following: 'about to be used',
    } as Readonly<Record<string, string>>,
    end: (time: string, left: string) => `Ready at about ${time}, in ${left}`,
    soon: 'Ready in a moment',
    noEnd: 'Nobody can say yet how long it takes.',
  },

  notFound: { title: 'Nothing here', body: 'There is no page at this address.', home: 'Go to the overview' },

  announce: (finished: number, failed: number) =>
    [
      finished > 0 ? `${counted(finished, 'task', 'tasks')} finished` : '',
      failed > 0 ? `${counted(failed, 'task', 'tasks')} failed` : '',
    ]
      .filter((part) => part !== '')
      .join(', '),
} as const;
