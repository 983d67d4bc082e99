import { describe, expect, it } from 'vitest';
import { printable } from './controls.js';
import { duration } from './duration.js';
import { table } from './table.js';

describe('a table', () => {
  it('aligns its columns, numbers to the right', () => {
    const rows = [
      { name: 'задачи', count: 5, note: null },
      { name: 'x', count: 1_234_567, note: 'late' },
    ];
    const text = table(
      [
        { title: 'NAME', value: (row) => row.name },
        { title: 'COUNT', value: (row) => row.count },
        { title: 'NOTE', value: (row) => row.note },
      ],
      rows,
    );
    expect(text.split('\n')).toEqual([
      'NAME        COUNT  NOTE',
      'задачи          5  -',
      'x       1,234,567  late',
      '',
    ]);
  });

  it('lets nobody steer the terminal', () => {
    expect(printable('a\u001b[31mb\nc\u202ed')).toBe('a\ufffd[31mb\ufffdc\ufffdd');
  });
});

it.each([
  [0, '0 s'],
  [0.2, '1 s'],
  [59, '59 s'],
  [61, '1 min 1 s'],
  [3_599.5, '1 h 0 min'],
  [7_380, '2 h 3 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
