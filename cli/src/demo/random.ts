/** Random numbers that a seed repeats (mulberry32). */
export interface Random {
  /** A number from 0 to below 1. */
  fraction(): number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** True with this probability, from 0 to 1. */
  chance(share: number): boolean;
  pick<T>(values: readonly T[]): T;
  shuffle<T>(values: readonly T[]): T[];
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    between,
    chance: (share) => fraction() < share,
    pick: (values) => values[between(0, values.length - 1)] as (typeof values)[number],
    shuffle(values) {
      const left = [...values];
      return values.map(() => left.splice(between(0, left.length - 1), 1)[0] as (typeof values)[number]);
    },
  };
}
