import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { membersOf, withMembers } from './members.js';

describe('the members of a JSON object', () => {
  it('are what its sender wrote', () => {
    const text =
      ' {"a" : 1.0,\n "b":{"c":[1,{"}":"]"}]} , "\\"\\\\":"a\\\\\\"," ,"big":12345678901234567890 }';
    expect(membersOf(text)).toEqual([
      { name: 'a', text: '1.0' },
      { name: 'b', text: '{"c":[1,{"}":"]"}]}' },
      { name: '"\\', text: '"a\\\\\\","' },
      { name: 'big', text: '12345678901234567890' },
    ]);
    expect(membersOf('{ }')).toEqual([]);
  });

  it('of any object, written with any space, make the object again', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(objects, fc.integer({ min: 0, max: 4 }), (object, space) => {
        const members = membersOf(JSON.stringify(object, null, space));
        expect(members.map(({ name, text }) => [name, JSON.parse(text)])).toEqual(
          Object.entries(JSON.parse(JSON.stringify(object))),
        );
      }),
      { seed: printedSeed('members of an object') },
    );
  });

  it('are replaced whatever way their names are written, and each is there once', () => {
    const text = '{"x":1.0,"type":"mine","t\\u0079pe":"mine too","type":{"deep":[]},"y":"type"}';
    expect(withMembers(text, { type: 'start', event_id: 'a' })).toBe(
      '{"type":"start","event_id":"a","x":1.0,"y":"type"}',
    );
    expect(withMembers('{}', { type: 'start' })).toBe('{"type":"start"}');
  });
});
