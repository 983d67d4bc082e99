/** SQL of searches: conditions on the texts of a task, and look-ups in the trigram indexes of texts. */
import { COUNT_LIMIT, type Parameter } from '@att/platform/paging';
import { generationTable, hasTrigrams, MESSAGE_CHUNKS, searchKey } from '@att/platform/projections';
import type { ReadPosition } from '../../read-model/snapshot.js';
import { patternOf, type TextPart } from './text-parts.js';

export interface TextOptions {
  generation: number;
  readPosition: ReadPosition;
  /** Parts of texts that a task must have, the rarest first. */
  texts: readonly TextPart[];
}

type Options = Omit<TextOptions, 'texts'>;

/** Conditions that the texts of the task `c`, as it was at the position, have all words. */
export function textConditions(options: Options, parts: readonly TextPart[], parameter: Parameter): string[] {
  if (parts.length === 0) return [];
  const all = (ofThese: readonly TextPart[]) => `(${parameter(ofThese.map(patternOf), 'text[]')})`;
  const anywhere = parts.filter(({ isOfTitle }) => !isOfTitle);
  // A message is read only where title and id lack a word. Words have no blanks, so none is found across two texts.
  const holdsAll =
    anywhere.length === 0
      ? `t.text LIKE ALL ${all(parts)}`
      : `(t.text LIKE ALL ${all(parts)} OR (
        ${anywhere.length === parts.length ? '' : `t.text LIKE ALL ${all(parts.filter(({ isOfTitle }) => isOfTitle))} AND`}
        t.text || ' ' || coalesce(${messageAt(options)}, '') LIKE ALL ${all(anywhere)}))`;
  return [`EXISTS (SELECT FROM (${textAt(options)}) t WHERE ${holdsAll})`];
}

/** SQL of the text (title and id) of the task `c` as it was at the position: one look-up, however often it changed. */
function textAt({ generation, readPosition }: Options): string {
  const conditions = ['id = c.id', ...readPosition.upTo('valid_from')].join(' AND ');
  return `
        SELECT text FROM ${generationTable('task_texts', generation)}
        WHERE ${conditions} ORDER BY valid_from DESC LIMIT 1`;
}

/** SQL of the message of the task `c` as it was at the position. */
function messageAt(options: Options): string {
  return `(
        SELECT m.message_key FROM ${generationTable('task_versions', options.generation)} m
        WHERE m.id = c.id AND m.valid_from = ${messageFromAt('c.id', options)})`;
}

/**
 * Most texts that are read from an index before tasks are scanned instead. The indexes have superseded texts, too, and those after
 * the position: some of what they find does not match.
 */
const PROBE_LIMIT = 2 * (COUNT_LIMIT + 1);

/** SQL that is true when `probed_n` has all texts that match the word. */
export const probedAll = (word: number): string =>
  `((SELECT count(*) FROM probed_${word}) <= ${PROBE_LIMIT})`;

/**
 * CTEs of a word. `probed_n`: texts that match at any position, up to one more than the limit. `texts_n`: ids of tasks that had one
 * of them at the position. `texts_n_counted`: their number.
 *
 * @param word number n of the word in the search
 */
export function idsHolding(
  options: Options,
  part: TextPart,
  word: number,
  parameter: Parameter,
  conditionsOn: (id: string) => readonly string[],
): string {
  const { generation, readPosition } = options;
  const has = having(part, parameter);
  const [texts, versions] = [
    generationTable('task_texts', generation),
    generationTable('task_versions', generation),
  ];
  const isValid = (from: string) =>
    [`p.kind = '${from}'`, ...readPosition.upTo('p.valid_from'), ...conditionsOn('p.id')].join(' AND ');
  const limit = `LIMIT ${PROBE_LIMIT + 1}`;
  // Messages of the complete chunks of the log, by their index, and those after them: a task has one message in a chunk.
  const messages = `
      UNION ALL
      (SELECT 'message', u.id, u.position
       FROM (SELECT ids, positions FROM ${generationTable('task_messages', generation)} WHERE ${has('text')} ${limit}) m
       CROSS JOIN LATERAL unnest(m.ids, m.positions) AS u (id, position) ${limit})
      UNION ALL
      SELECT 'message', v.id, v.valid_from FROM ${versions} v
      WHERE v.valid_from > (SELECT ${MESSAGE_CHUNKS.sqlWholeUpTo('position')} FROM g)
        AND v.message_from = v.valid_from AND ${has('v.message_key')}`;
  return `
    probed_${word} AS MATERIALIZED (
      SELECT * FROM (
        (SELECT 'text' AS kind, x.id, x.valid_from FROM ${texts} x WHERE ${has('x.text')} ${limit})
        ${part.isOfTitle ? '' : messages}
      ) p ${limit}
    ),
    texts_${word} AS MATERIALIZED (
      SELECT DISTINCT id FROM (
        ${withLatestText(options, `SELECT p.id, p.valid_from FROM probed_${word} p WHERE ${isValid('text')}`)}
        UNION ALL
        SELECT id FROM (SELECT DISTINCT p.id FROM probed_${word} p WHERE ${isValid('message')}) m
        WHERE (id, ${messageFromAt('m.id', options)}) IN (SELECT id, valid_from FROM probed_${word} WHERE kind = 'message')
      ) t
    ),
    texts_${word}_counted AS MATERIALIZED (SELECT count(*) AS total FROM texts_${word})`;
}

/**
 * SQL of the ids of tasks whose title and id had all words at the position, up to one more than the limit. It is not every match: a
 * task may have one word in the title, and another in the message.
 */
export function textsHoldingAll(
  options: TextOptions,
  parameter: Parameter,
  conditionsOn: (id: string) => readonly string[],
  only: readonly string[],
): string {
  const { generation, readPosition, texts } = options;
  const wanted = [
    ...texts.map((part) => having(part, parameter)('x.text')),
    ...readPosition.upTo('x.valid_from'),
    ...conditionsOn('x.id'),
    ...only,
  ];
  const matching = `
      SELECT x.id, x.valid_from FROM ${generationTable('task_texts', generation)} x
      WHERE ${wanted.join(' AND ')} LIMIT ${PROBE_LIMIT + 1}`;
  return withLatestText(options, matching);
}

/**
 * SQL of the ids of tasks whose latest text at the position is one of these. A partial index has the texts after a task's first: it
 * is one look-up a task, however often its title changed.
 *
 * @param matching SQL of id and valid_from of texts
 */
function withLatestText({ generation, readPosition }: Options, matching: string): string {
  const later = [
    'l.id = h.id',
    'l.valid_from > l.id',
    'l.valid_from > h.newest',
    ...readPosition.upTo('l.valid_from'),
  ];
  return `
      SELECT h.id FROM (SELECT id, max(valid_from) AS newest FROM (${matching}) x GROUP BY id) h
      WHERE NOT EXISTS (SELECT FROM ${generationTable('task_texts', generation)} l WHERE ${later.join(' AND ')})`;
}

/** SQL of the position that brought the message which the task had at the read position. */
function messageFromAt(id: string, { generation, readPosition }: Options): string {
  const conditions = [`id = ${id}`, ...readPosition.upTo('valid_from')].join(' AND ');
  return `(
        SELECT message_from FROM ${generationTable('task_versions', generation)}
        WHERE ${conditions} ORDER BY valid_from DESC LIMIT 1)`;
}

function having(part: TextPart, parameter: Parameter): (text: string) => string {
  const pattern = parameter(patternOf(part), 'text');
  // A word without a trigram would read the whole index, and then the table. `|| ''` keeps the index out, at half the cost.
  return (text) =>
    hasTrigrams(searchKey(part.part)) ? `${text} LIKE ${pattern}` : `${text} || '' LIKE ${pattern}`;
}
