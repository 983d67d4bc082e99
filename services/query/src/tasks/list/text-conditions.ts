/** SQL conditions on the texts of a task, by the trigrams of what is searched for. */
import { COUNTED, type Parameter } from '@att/platform/paging';
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
  const texts = `${textAt('title', options)}${isOfTitle ? '' : ` || ' ' || ${textAt('task_id', options)}`}`;
  const versions = generationTable('task_versions', generation);
  const message = `coalesce((
      SELECT ' ' || m.message_key FROM ${versions} m
      WHERE m.id = c.id AND m.valid_from = ${messageFromAt('c.id', options)}), '')`;
  const patterns = parameter(
    parts.map(({ part }) => patternOf(searchKey(part))),
    'text[]',
  );
  return `(${texts}${isOfTitle ? '' : ` || ${message}`}) LIKE ALL (${patterns})`;
}

function textExists(options: Options, part: TextPart, parameter: Parameter): string {
  const has = having(part, parameter);
  const ofTitle = has(textAt('title', options));
  if (part.isOfTitle) return ofTitle;
  const versions = generationTable('task_versions', options.generation);
  return `(${ofTitle} OR ${has(textAt('task_id', options))} OR EXISTS (
      SELECT FROM ${versions} m
      WHERE m.id = c.id AND m.valid_from = ${messageFromAt('c.id', options)} AND ${has('m.message_key')}))`;
}

/** SQL of a text of the task `c` as it was at the position: one look-up, however often it changed. */
function textAt(field: 'title' | 'task_id', { generation, moments }: Options): string {
  const conditions = ['id = c.id', `field = '${field}'`, ...moments.until('valid_from')].join(' AND ');
  return `(
        SELECT text FROM ${generationTable('task_texts', generation)}
        WHERE ${conditions} ORDER BY valid_from DESC LIMIT 1)`;
}

/**
 * Texts that are looked at before tasks are gone through instead. What tasks had once is found with what they have: where few
 * tasks said much that matches, most of it is superseded, and so is what came after the position.
 */
const PROBED = 2 * (COUNTED + 1);

/** SQL: nothing that matches the word was left out. */
export const probedAll = (word: number): string => `((SELECT count(*) FROM probed_${word}) <= ${PROBED})`;

/**
 * `WITH` of `probed_n`, the texts that match at any time, or as many as tell that there are more than are looked at; and of
 * `texts_n`, the ids of the tasks that had one of them at the position, which `texts_n_counted` counts.
 *
 * @param word its number n among those of a search
 */
export function idsHolding(
  options: Options,
  part: TextPart,
  word: number,
  parameter: Parameter,
  conditionsOn: (id: string) => readonly string[],
): string {
  const { generation, moments } = options;
  const has = having(part, parameter);
  const [texts, versions] = [
    generationTable('task_texts', generation),
    generationTable('task_versions', generation),
  ];
  const isHeld = (from: string) =>
    [`p.kind = '${from}'`, ...moments.until('p.valid_from'), ...conditionsOn('p.id')].join(' AND ');
  const ofTitle = part.isOfTitle ? "x.field = 'title' AND" : '';
  const some = `LIMIT ${PROBED + 1}`;
  // Messages of the stretches of the log that are whole, and those behind them: a task has one.
  const messages = `
      UNION ALL
      (SELECT 'message', u.id, u.position
       FROM (SELECT ids, positions FROM ${generationTable('task_messages', generation)} WHERE ${has('text')} ${some}) m
       CROSS JOIN LATERAL unnest(m.ids, m.positions) AS u (id, position) ${some})
      UNION ALL
      SELECT 'message', v.id, v.valid_from FROM ${versions} v
      WHERE v.valid_from > (SELECT ${MESSAGE_STRETCHES.sqlWholeUpTo('position')} FROM g)
        AND v.message_from = v.valid_from AND ${has('v.message_key')}`;
  // Task ids stay, and titles hardly change: an index has the few that did, where one look-up a row found was 2 µs.
  const later = [
    'l.id = p.id',
    "l.field = 'title'",
    'l.valid_from > l.id',
    'l.valid_from > p.valid_from',
    ...moments.until('l.valid_from'),
  ];
  return `
    probed_${word} AS MATERIALIZED (
      SELECT * FROM (
        (SELECT x.field AS kind, x.id, x.valid_from FROM ${texts} x WHERE ${ofTitle} ${has('x.text')} ${some})
        ${part.isOfTitle ? '' : messages}
      ) p ${some}
    ),
    texts_${word} AS MATERIALIZED (
      SELECT DISTINCT id FROM (
        SELECT p.id FROM probed_${word} p WHERE ${isHeld('task_id')}
        UNION ALL
        SELECT p.id FROM probed_${word} p WHERE ${isHeld('title')} AND NOT EXISTS (SELECT FROM ${texts} l WHERE ${later.join(' AND ')})
        UNION ALL
        SELECT id FROM (SELECT DISTINCT p.id FROM probed_${word} p WHERE ${isHeld('message')}) said
        WHERE (id, ${messageFromAt('said.id', options)}) IN (SELECT id, valid_from FROM probed_${word} WHERE kind = 'message')
      ) t
    ),
    texts_${word}_counted AS MATERIALIZED (SELECT count(*) AS total FROM texts_${word})`;
}

/** From which position on the task has the message that it had at the position. */
function messageFromAt(id: string, { generation, moments }: Options): string {
  const conditions = [`id = ${id}`, ...moments.until('valid_from')].join(' AND ');
  return `(
        SELECT message_from FROM ${generationTable('task_versions', generation)}
        WHERE ${conditions} ORDER BY valid_from DESC LIMIT 1)`;
}

/** A part anywhere; nothing in it is a wildcard. */
const patternOf = (key: string) => `%${key.replaceAll(/[\\%_]/g, '\\$&')}%`;

function having({ part }: TextPart, parameter: Parameter): (text: string) => string {
  const key = searchKey(part);
  const pattern = parameter(patternOf(key), 'text');
  // Without a trigram the index would be read as a whole, and then the table: twice what the table alone costs.
  return (text) => (hasTrigrams(key) ? `${text} LIKE ${pattern}` : `${text} || '' LIKE ${pattern}`);
}
