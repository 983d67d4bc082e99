/** SQL of the log's hash at the checkpoint of `g`; null where the log ends before it. */
const HASH_OF_LOG = `
  CASE g.position WHEN 0 THEN decode(repeat('00', 32), 'hex')
  ELSE (SELECT e.hash FROM log.events e WHERE e.position = g.position) END`;

/**
 * SQL: whether the read models of the generation `g` were made from another log, as when the two were restored apart.
 * A stored hash of another position means that a release without hashes moved the checkpoint: then the logs count as the same.
 */
export const IS_OF_OTHER_LOG = `(
  ${HASH_OF_LOG} IS NULL OR g.hash_position = g.position AND ${HASH_OF_LOG} <> g.hash)`;
