/** SQL conditions on the texts of a task, by the trigrams of what is searched for. */
import { COUNTED, type Parameter } from '@att/platform/paging';
import { generationTable, hasTrigrams, MESSAGE_STRETCHES, searchKey } from '@att/platform/projections';
import type { Moments } from '../../read-model/snapshot.js';
import { patternOf, type TextPart } from './text-parts.js';

export interface TextOptions {
  generation: number;
  moments: Moments;
  /** Parts of texts that a task must have, the rarest first. */
  texts: readonly TextPart[];
}

type Options = Omit<TextOptions, 'texts'>;

/** All parts must be in texts of the task `c`, as it was at the position: told of one task after the other. */
export function textConditions(options: Options, parts: readonly TextPart[], parameter: Parameter): string[] {
  if (parts.length === 0) return [];
  const all = (ofThese: readonly TextPart[]) => `(${parameter(ofThese.map(patternOf), 'text[]')})`;
  const anywhere = parts.filter(({ isOfTitle }) => !isOfTitle);
  // A message is looked up only where title and id have not all. No part has a blank in it, so none is found where two texts meet.
  const holdsAll =
    anywhere.length === 0
      ? `t.text LIKE ALL ${all(parts)}`
      : `(t.text LIKE ALL ${all(parts)} OR (
        ${anywhere.length === parts.length ? '' : `t.text LIKE ALL ${all(parts.filter(({ isOfTitle }) => isOfTitle))} AND`}
        t.text || ' ' || coalesce(${messageAt(options)}, '') LIKE ALL ${all(anywhere)}))`;
  return [`EXISTS (SELECT FROM (${textAt(options)}) t WHERE ${holdsAll})`];
}

/** `SELECT` of the text of the task `c` as it was at the position: one look-up, however often it changed. */
function textAt({ generation, moments }: Options): string {
  const conditions = ['id = c.id', ...moments.until('valid_from')].join(' AND ');
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
  return `
    probed_${word} AS MATERIALIZED (
      SELECT * FROM (
        (SELECT 'text' AS kind, x.id, x.valid_from FROM ${texts} x WHERE ${has('x.text')} ${some})
        ${part.isOfTitle ? '' : messages}
      ) p ${some}
    ),
    texts_${word} AS MATERIALIZED (
      SELECT DISTINCT id FROM (
        ${withLastText(options, `SELECT p.id, p.valid_from FROM probed_${word} p WHERE ${isHeld('text')}`)}
        UNION ALL
        SELECT id FROM (SELECT DISTINCT p.id FROM probed_${word} p WHERE ${isHeld('message')}) said
        WHERE (id, ${messageFromAt('said.id', options)}) IN (SELECT id, valid_from FROM probed_${word} WHERE kind = 'message')
      ) t
    ),
    texts_${word}_counted AS MATERIALIZED (SELECT count(*) AS total FROM texts_${word})`;
}

/**
 * `SELECT` of the ids of tasks whose title and id had all parts at the position, as many as tell that there are more than are
 * counted. A task may have them otherwise, too: one in the title, another in the message.
 */
export function textsHoldingAll(
  options: TextOptions,
  parameter: Parameter,
  conditionsOn: (id: string) => readonly string[],
  only: readonly string[],
): string {
  const { generation, moments, texts } = options;
  const wanted = [
    ...texts.map((part) => having(part, parameter)('x.text')),
    ...moments.until('x.valid_from'),
    ...conditionsOn('x.id'),
    ...only,
  ];
  const matching = `
      SELECT x.id, x.valid_from FROM ${generationTable('task_texts', generation)} x
      WHERE ${wanted.join(' AND ')} LIMIT ${PROBED + 1}`;
  return withLastText(options, matching);
}

/**
 * `SELECT` of the ids of the tasks whose last text at the position is among these. An index has the few texts that came after a
 * task's first: one look-up a task, however often its title changed.
 *
 * @param matching `SELECT` of id and valid_from of texts
 */
function withLastText({ generation, moments }: Options, matching: string): string {
  const later = [
    'l.id = h.id',
    'l.valid_from > l.id',
    'l.valid_from > h.newest',
    ...moments.until('l.valid_from'),
  ];
  return `
      SELECT h.id FROM (SELECT id, max(valid_from) AS newest FROM (${matching}) x GROUP BY id) h
      WHERE NOT EXISTS (SELECT FROM ${generationTable('task_texts', generation)} l WHERE ${later.join(' AND ')})`;
}

/** From which position on the task has the message that it had at the position. */
function messageFromAt(id: string, { generation, moments }: Options): string {
  const conditions = [`id = ${id}`, ...moments.until('valid_from')].join(' AND ');
  return `(
        SELECT message_from FROM ${generationTable('task_versions', generation)}
        WHERE ${conditions} ORDER BY valid_from DESC LIMIT 1)`;
}

function having(part: TextPart, parameter: Parameter): (text: string) => string {
  const pattern = parameter(patternOf(part), 'text');
  // Without a trigram the index would be read as a whole, and then the table: twice what the table alone costs.
  return (text) =>
    hasTrigrams(searchKey(part.part)) ? `${text} LIKE ${pattern}` : `${text} || '' LIKE ${pattern}`;
}
