/**
 * The seed of a property test: random, unless `TEST_SEED` repeats an earlier run. Printed, so that a
 * failure seen anywhere can be seen again.
 */
export function printedSeed(test: string): number {
  const given = process.env.TEST_SEED;
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  console.log(`${test}: TEST_SEED=${seed}`);
  return seed;
}
