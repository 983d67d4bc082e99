/** Keyset paging in SQL: the rows beside a key, in an order with the id as its last word. */
import { parseTimestamp } from '@att/contracts';
import type { Cursor, KeyValue } from './cursor.js';

export interface Order {
  /** SQL of the key. */
  key: string;
  /** SQL of the id, which orders rows that have the same key. */
  id: string;
  /** SQL type of the key. */
  type: 'bigint' | 'text' | 'float8' | 'timestamptz';
  isDescending: boolean;
  isNullable: boolean;
}

/** Adds a value to a statement, and gives the parameter that stands for it. */
export type Parameter = (value: unknown, type: string) => string;

/** ORDER BY in the direction of the cursor: the caller reverses a page that comes before a row. */
export function orderBy({ key, id, isDescending }: Order, isBackwards: boolean): string {
  const direction = isDescending !== isBackwards ? 'DESC' : 'ASC';
  return key === id ? `${id} ${direction}` : `${key} ${direction}, ${id} ${direction}`;
}

/** The condition for what lies behind the cursor's row, among rows that all have a key, or all have none. */
export function beside(
  { key, id, type, isDescending }: Order,
  { key: [value, at], direction }: Cursor,
  parameter: Parameter,
): string {
  const sign = isDescending !== (direction === 'prev') ? '<' : '>';
  const idValue = parameter(at, 'bigint');
  if (key === id || value === null) return `${id} ${sign} ${idValue}`;
  return `(${key}, ${id}) ${sign} (${parameter(value, type)}, ${idValue})`;
}

/** A part of a list that an index has in order. */
export interface KeyRange {
  condition: string;
  orderBy: string;
}

/**
 * Ranges of keys behind the cursor, or of all keys, in the cursor's direction. Nulls are last both ways, in a range of
 * their own: no index has them last both ways, and without an index all rows would be sorted.
 */
export function keyRanges(order: Order, cursor: Cursor | undefined, parameter: Parameter): KeyRange[] {
  const isBackwards = cursor?.direction === 'prev';
  const behind = cursor === undefined ? 'true' : beside(order, cursor, parameter);
  if (!order.isNullable) return [{ condition: behind, orderBy: orderBy(order, isBackwards) }];

  const { key, id } = order;
  const values = (condition: string): KeyRange => ({
    condition: `${key} IS NOT NULL AND ${condition}`,
    orderBy: orderBy(order, isBackwards),
  });
  const nulls = (condition: string): KeyRange => ({
    condition: `${key} IS NULL AND ${condition}`,
    orderBy: orderBy({ ...order, key: id }, isBackwards),
  });
  if (cursor === undefined) return [values('true'), nulls('true')];
  if (cursor.key[0] === null) return isBackwards ? [nulls(behind), values('true')] : [nulls(behind)];
  return isBackwards ? [values(behind)] : [values(behind), nulls('true')];
}

/** Whether a database takes the value for a key: cursors come from outside. */
export function isKeyOf({ type, isNullable }: Order, value: KeyValue): boolean {
  if (value === null) return isNullable;
  switch (type) {
    case 'bigint':
      return Number.isSafeInteger(value);
    case 'float8':
      return typeof value === 'number';
    case 'text':
      return typeof value === 'string' && !value.includes('\0');
    case 'timestamptz':
      return typeof value === 'string' && parseTimestamp(value) === value;
  }
}
