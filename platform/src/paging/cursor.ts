/** Opaque keyset cursors: the key of the row that a page ended at, and which list it was. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ProblemError } from '../http/index.js';
import { splitTarget } from './target.js';

/** A key that a list is ordered by; null where a row has none. */
export type KeyValue = string | number | null;

export interface Cursor {
  /** Sort key and id of the row that it stands beside. */
  key: [KeyValue, number];
  /** Whether what comes after that row is wanted, or what is before it. */
  direction: 'next' | 'prev';
  /** The position that all pages are read at; null where they are read live. */
  at: number | null;
  /** The log that it was read from, in short; null for a list that is not of the log. */
  epoch: string | null;
}

const encoded = z.tuple([
  /** Hash of the list that the cursor belongs to. */
  z.string().length(12),
  z.union([z.string(), z.number(), z.null()]),
  z.int().nonnegative(),
  z.enum(['next', 'prev']),
  z.int().nonnegative().nullable(),
  z.string().nullable(),
]);

/** Short hash that identifies a list: equal for equal path, order and filters, however they are spelled. */
function listOf(target: string): string {
  const { path, parameters } = splitTarget(target);
  for (const name of ['cursor', 'offset', 'limit', 'min_position', 'api_key']) parameters.delete(name);
  parameters.sort();
  return createHash('sha256').update(`${path}?${parameters}`).digest('base64url').slice(0, 12);
}

export function encodeCursor({ key, direction, at, epoch }: Cursor, target: string): string {
  return Buffer.from(JSON.stringify([listOf(target), ...key, direction, at, epoch])).toString('base64url');
}

/** @throws ProblemError invalid_parameter */
export function decodeCursor(text: string, target: string): Cursor {
  const parsed = encoded.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  if (!parsed.success) throw notOurs();
  const [list, value, id, direction, at, epoch] = parsed.data;
  if (list !== listOf(target)) {
    throw wrongCursor('belongs to another list: begin anew when filters, order or as_of change');
  }
  return { key: [value, id], direction, at, epoch };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Part of an epoch that is long enough to be unique. */
export function shortEpoch(epoch: string | null): string | null {
  return epoch?.slice(0, 8) ?? null;
}

/** @throws ProblemError invalid_parameter for a cursor that comes from another log: its row may be another one there */
export function refuseOtherLog(cursor: Cursor | undefined, epoch: string | null): void {
  if (cursor === undefined || cursor.epoch === shortEpoch(epoch)) return;
  throw wrongCursor('is of a log that was replaced by another: begin anew');
}

export function notOurs(): ProblemError {
  return wrongCursor('is not one of ours: take it from the Link header of an answer');
}

function wrongCursor(detail: string): ProblemError {
  return new ProblemError('invalid_parameter', `cursor ${detail}.`, {
    errors: [{ pointer: 'cursor', detail }],
  });
}
