/**
 * Times on the wire are RFC 3339 in UTC with exactly milliseconds and `Z` ("2026-01-31T12:00:00.000Z").
 * Because the form is of fixed width, two of them compare as plain strings.
 */
import { z } from 'zod';

const RFC3339_LENIENT =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?([Zz]|[+-]\d{2}:?\d{2})?$/;

/** Numbers below are seconds since 1970, up to the year 5138; all others milliseconds. */
const FIRST_MILLIS = 1e11;

/**
 * Reads a sender's time: RFC 3339, or without a zone and then UTC, or a number of seconds or milliseconds since 1970;
 * finer than milliseconds is cut. A leap second is the first second of the next minute, as for PostgreSQL.
 *
 * @returns the time in wire form, or undefined when it is not a time of the years 0001 to 9999.
 */
export function parseTimestamp(time: string | number): string | undefined {
  return typeof time === 'number' ? ofMillis(millisOfNumber(time)) : parseText(time);
}

function millisOfNumber(value: number): number {
  // Whole microseconds first, as a double holds 0.123 of a second as a little less.
  return Math.floor(value < FIRST_MILLIS ? Math.round(value * 1e6) / 1e3 : value);
}

function parseText(text: string): string | undefined {
  const parts = RFC3339_LENIENT.exec(text);
  if (parts === null) return undefined;
  const [, date = '', hour = '', minute = '', second = '', fraction = '', zone = 'Z'] = parts;
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  const isLeap = second === '60';
  const local = Date.parse(`${date}T${hour}:${minute}:${isLeap ? '59' : second}.${millis}Z`);
  // Date.parse rolls 30 February over to March; RFC 3339 has no such day.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== date) return undefined;
  const offset = zoneOffsetMillis(zone);
  return offset === undefined ? undefined : ofMillis(local - offset + (isLeap ? 1_000 : 0));
}

function ofMillis(millis: number): string | undefined {
  const instant = new Date(millis);
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= 9999 ? instant.toISOString() : undefined;
}

function zoneOffsetMillis(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Seconds from one wire time to another; negative when `to` is earlier. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** A time as the product writes it. */
export const wireTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
