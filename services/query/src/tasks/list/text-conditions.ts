/** SQL conditions on the texts of a task, by the trigrams of what is searched for. */
import type { Parameter } from '@att/platform/paging';
import { generationTable, hasTrigrams, MESSAGE_STRETCHES, searchKey } from '@att/platform/projections';
import type { CandidateOptions } from './candidates.js';
import type { TaskFilter } from './task-filter.js';

type Options = Pick<CandidateOptions, 'generation' | 'moments'>;

/** What must be in one of the texts of a task, or in its title. */
export interface TextPart {
  part: string;
  isOfTitle: boolean;
}

export function textPartsOf({ textParts, titleParts }: TaskFilter): TextPart[] {
  // Those of titles first: they are the narrower ones.
  return [
    ...titleParts.map((part) => ({ part, isOfTitle: true })),
    ...textParts.map((part) => ({ part, isOfTitle: false })),
  ];
}

/** Parts that are looked for one by one; the first that is missing decides. */
const ONE_BY_ONE = 4;

/** All parts must be in texts of the task `c`, as it was at the position: told of one task after the other. */
export function textConditions(options: Options, parts: readonly TextPart[], parameter: Parameter): string[] {
  const rest = parts.slice(ONE_BY_ONE);
  return [
    ...parts.slice(0, ONE_BY_ONE).map((part) => textExists(options, part, parameter)),
    ...[true, false].flatMap((isOfTitle) => {
      const ofKind = rest.filter((part) => part.isOfTitle === isOfTitle);
      return ofKind.length === 0 ? [] : [textsHoldAll(options, ofKind, isOfTitle, parameter)];
    }),
  ];
}

/** However many they are, the texts are read once. No part has a blank in it, so none is found where two texts meet. */
function textsHoldAll(
  options: Options,
  parts: readonly TextPart[],
  isOfTitle: boolean,
  parameter: Parameter,
): string {
  const { generation } = options;
  const texts = textsHolding(options, { isOfTitle }, () => 'true', ['x.id = c.id']);
  const versions = generationTable('task_versions', generation);
  const message = `coalesce((
      SELECT ' ' || m.message_key FROM ${versions} m
      WHERE m.id = c.id AND m.valid_from = ${messageFromAt('c.id', options)}), '')`;
  const patterns = parameter(
    parts.map(({ part }) => patternOf(searchKey(part))),
    'text[]',
  );
  return `(SELECT coalesce(string_agg(x.text, ' '), '') FROM ${texts})${isOfTitle ? '' : ` || ${message}`} LIKE ALL (${patterns})`;
}

function textExists(options: Options, part: TextPart, parameter: Parameter): string {
  const has = having(part, parameter);
  const ofTexts = `EXISTS (SELECT FROM ${textsHolding(options, part, has, ['x.id = c.id'])})`;
  if (part.isOfTitle) return ofTexts;
  const versions = generationTable('task_versions', options.generation);
  return `(${ofTexts} OR EXISTS (
      SELECT FROM ${versions} m
      WHERE m.id = c.id AND m.valid_from = ${messageFromAt('c.id', options)} AND ${has('m.message_key')}))`;
}

/** A task has one title and one id at a time. */
const TEXTS_OF_TASK = 2;

/**
 * `SELECT` of the ids of all tasks that have the part in a text, as it was at the position, or of `most` at least; one may
 * come several times.
 */
export function idsHolding(
  options: Options,
  part: TextPart,
  most: number,
  parameter: Parameter,
  conditionsOn: (id: string) => readonly string[],
): string {
  const has = having(part, parameter);
  const texts = textsHolding(options, part, has, conditionsOn('x.id'));
  const ofTexts = `SELECT x.id FROM ${texts} LIMIT ${TEXTS_OF_TASK * most}`;
  if (part.isOfTitle) return ofTexts;
  const { generation, moments } = options;
  const versions = generationTable('task_versions', generation);
  const isHeld = (id: string, from: string) =>
    [...moments.until(from), ...conditionsOn(id), `${messageFromAt(id, options)} = ${from}`].join(' AND ');
  const isOfThen = moments.isPast ? `m.stretch <= ${MESSAGE_STRETCHES.sqlOf('$2::bigint')} AND` : '';
  // Messages of the stretches of the log that are whole, and those behind them: a task has one.
  return `
      (${ofTexts})
      UNION ALL
      (SELECT u.id
      FROM ${generationTable('task_messages', generation)} m
      CROSS JOIN LATERAL unnest(m.ids, m.positions) AS u (id, position)
      WHERE ${isOfThen} ${has('m.text')} AND ${isHeld('u.id', 'u.position')}
      UNION ALL
      SELECT v.id FROM ${versions} v
      WHERE v.valid_from > (SELECT ${MESSAGE_STRETCHES.sqlWholeUpTo('position')} FROM g)
        AND v.message_from = v.valid_from AND ${has('v.message_key')} AND ${isHeld('v.id', 'v.valid_from')}
      LIMIT ${most})`;
}

/** From which position on the task has the message that it had at the position. */
function messageFromAt(id: string, { generation, moments }: Options): string {
  const conditions = [`id = ${id}`, ...moments.until('valid_from')].join(' AND ');
  return `(
        SELECT message_from FROM ${generationTable('task_versions', generation)}
        WHERE ${conditions} ORDER BY valid_from DESC LIMIT 1)`;
}

/** The rows `x` of `task_texts` that have the part, and held at the position. */
function textsHolding(
  { generation, moments }: Options,
  { isOfTitle }: Pick<TextPart, 'isOfTitle'>,
  has: (text: string) => string,
  conditions: readonly string[],
): string {
  const texts = generationTable('task_texts', generation);
  // Task ids stay, and titles hardly change: an index has the few that did, where one look-up a row found was 2 µs.
  const later = [
    'l.id = x.id',
    `l.field = 'title'`,
    'l.field = x.field',
    'l.valid_from > l.id',
    'l.valid_from > x.valid_from',
    ...moments.until('l.valid_from'),
  ];
  const wanted = [
    ...conditions,
    ...moments.until('x.valid_from'),
    ...(isOfTitle ? ["x.field = 'title'"] : []),
    has('x.text'),
    `NOT EXISTS (SELECT FROM ${texts} l WHERE ${later.join(' AND ')})`,
  ];
  return `${texts} x WHERE ${wanted.join(' AND ')}`;
}

/** A part anywhere; nothing in it is a wildcard. */
const patternOf = (key: string) => `%${key.replaceAll(/[\\%_]/g, '\\$&')}%`;

function having({ part }: TextPart, parameter: Parameter): (text: string) => string {
  const key = searchKey(part);
  const pattern = parameter(patternOf(key), 'text');
  // Without a trigram the index would be read as a whole, and then the table: twice what the table alone costs.
  return (text) => (hasTrigrams(key) ? `${text} LIKE ${pattern}` : `${text} || '' LIKE ${pattern}`);
}
