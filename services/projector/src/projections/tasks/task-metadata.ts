/** Metadata of tasks where it changed: what changed, and now and then all of it. */
import type { Metadata, TaskState } from '@att/contracts';
import { METADATA_ROW } from '@att/platform/projections';
import { bigint, boolean, copyColumns, json } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';

/** How a task's metadata is kept so far. Lengths are of JSON texts, in characters. */
export interface MetadataHistory {
  /** Position of the row that has all of it; null where there is no row. */
  wholeFrom: number | null;
  wholeLength: number;
  /** Weight of the rows since then. */
  changesWeight: number;
}

export const NO_METADATA: MetadataHistory = { wholeFrom: null, wholeLength: 0, changesWeight: 0 };

export interface MetadataRow {
  id: number;
  from: number;
  wholeFrom: number;
  isTruncated: boolean;
  text: string;
}

/** @param changes JSON texts of the stored rows since `wholeFrom`; the first is the whole metadata */
export function historyOf(wholeFrom: number, [whole = '', ...changes]: readonly string[]): MetadataHistory {
  const changesWeight = changes.reduce((sum, text) => sum + METADATA_ROW + text.length, 0);
  return { wholeFrom, wholeLength: whole.length, changesWeight };
}

interface Change {
  before: { task: TaskState; metadata: MetadataHistory } | undefined;
  after: TaskState;
  /** Metadata of the report. */
  brought: unknown;
  /** Position at which the change takes effect. */
  at: number;
}

/** Adds the row that a change makes, if any. @returns how the metadata is kept after it */
export function followMetadata(rows: MetadataRow[], { before, after, brought, at }: Change): MetadataHistory {
  const history = before?.metadata ?? NO_METADATA;
  const isTruncated = after.metadata_truncated;
  const isMarked = isTruncated === (before?.task.metadata_truncated ?? false);
  if (isMarked && (brought === null || brought === undefined)) return history;
  const changed = changedBy(brought, before?.task.metadata ?? {}, after.metadata);
  if (isMarked && Object.keys(changed).length === 0) return history;

  const text = JSON.stringify(changed);
  const changesWeight = history.changesWeight + METADATA_ROW + text.length;
  // Several reports that take effect late do so at one position, which has one row.
  const isWhole = history.wholeFrom === null || at !== after.position || changesWeight > history.wholeLength;
  const wholeFrom = isWhole ? at : (history.wholeFrom as number);
  const written = isWhole ? JSON.stringify(after.metadata) : text;
  rows.push({ id: after.id, from: at, wholeFrom, isTruncated, text: written });
  return isWhole
    ? { wholeFrom, wholeLength: written.length, changesWeight: 0 }
    : { ...history, changesWeight };
}

/** The keys that were brought and taken, and that are not what they were. */
function changedBy(brought: unknown, before: Metadata, after: Metadata): Metadata {
  if (typeof brought !== 'object' || brought === null) return {};
  const taken = Object.entries(brought).filter(
    ([key, value]) => Object.hasOwn(after, key) && after[key] === value && !isSame(before, key, value),
  );
  return Object.fromEntries(taken);
}

function isSame(before: Metadata, key: string, value: unknown): boolean {
  if (!Object.hasOwn(before, key)) return false;
  const old = before[key];
  if (typeof old !== 'object' || typeof value !== 'object') return old === value;
  return JSON.stringify(old) === JSON.stringify(value);
}

const COLUMNS = copyColumns<'task_metadata', MetadataRow>({
  id: bigint(({ id }) => id),
  valid_from: bigint(({ from }) => from),
  whole_from: bigint(({ wholeFrom }) => wholeFrom),
  is_truncated: boolean(({ isTruncated }) => isTruncated),
  changed: json(({ text }) => text),
});

export function copyMetadata(table: string, rows: readonly MetadataRow[]): Write {
  return copyRows(table, COLUMNS, rows);
}
