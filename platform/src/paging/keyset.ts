/** Keyset paging in SQL: the rows beside a key, in an order with the id as its last word. */
import type { Cursor, KeyValue } from './cursor.js';

export interface Order {
  /** SQL of the key. */
  key: string;
  /** SQL of the id, which tells rows of one key apart. */
  id: string;
  /** SQL type of the key. */
  type: 'bigint' | 'text' | 'float8' | 'timestamptz';
  isDescending: boolean;
  isNullable: boolean;
}

/** Adds a value to a statement, and gives the parameter that stands for it. */
export type Parameter = (value: unknown, type: string) => string;

/** In the direction of the cursor: the caller turns a page before a row round again. Nulls are last both ways. */
export function orderBy({ key, id, isDescending, isNullable }: Order, isBackwards: boolean): string {
  const direction = isDescending !== isBackwards ? 'DESC' : 'ASC';
  if (key === id) return `${id} ${direction}`;
  const nulls = isNullable ? `(${key} IS NULL) ${isBackwards ? 'DESC' : 'ASC'}, ` : '';
  return `${nulls}${key} ${direction}, ${id} ${direction}`;
}

/** The condition for what lies behind the cursor's row. */
export function beside(order: Order, { key: [value, at], direction }: Cursor, parameter: Parameter): string {
  const isBackwards = direction === 'prev';
  const sign = order.isDescending !== isBackwards ? '<' : '>';
  const { key, id } = order;
  const idValue = parameter(at, 'bigint');
  if (key === id) return `${id} ${sign} ${idValue}`;
  if (value === null) {
    const sameKey = `(${key} IS NULL AND ${id} ${sign} ${idValue})`;
    return isBackwards ? `(${key} IS NOT NULL OR ${sameKey})` : sameKey;
  }
  const keyValue = parameter(value, order.type);
  const behind = `(${key}, ${id}) ${sign} (${keyValue}, ${idValue})`;
  return order.isNullable && !isBackwards ? `(${behind} OR ${key} IS NULL)` : behind;
}

export function isKeyOf({ type, isNullable }: Order, value: KeyValue): boolean {
  if (value === null) return isNullable;
  return type === 'text' || type === 'timestamptz' ? typeof value === 'string' : typeof value === 'number';
}
