import { median } from './load/percentile.js';

/** Rounds of each row: the machine's speed drifts, so rates are compared within a round only. */
export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

/**
 * Measures things in turn, A B C A B C …, and compares them round by round.
 *
 * @returns the median rate of each, and the median over the rounds of `of` divided by each other one
 */
export async function inTurn<Name extends string>(
  measures: Record<Name, () => Promise<number>>,
  of: NoInfer<Name>,
): Promise<{ rates: Record<Name, number>; ratios: Record<Name, number> }> {
  const names = Object.keys(measures) as Name[];
  const rounds: Record<Name, number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const rates = {} as Record<Name, number>;
    for (const name of names) rates[name] = await measures[name]();
    rounds.push(rates);
    console.log(
      `  round ${round + 1}: ${names.map((name) => `${name} ${Math.round(rates[name])}/s`).join(', ')}`,
    );
  }
  const each = (figure: (rates: Record<Name, number>, name: Name) => number) =>
    Object.fromEntries(
      names.map((name) => [name, median(rounds.map((rates) => figure(rates, name)))]),
    ) as Record<Name, number>;
  return {
    rates: each((rates, name) => rates[name]),
    ratios: each((rates, name) => rates[of] / rates[name]),
  };
}
