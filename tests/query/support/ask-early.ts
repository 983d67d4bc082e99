import type { Answer, QueryWorld } from './query-world.js';

/** Milliseconds after its question by which a position must be projected, so that a read has it: reads wait for 2 s. */
const IN_TIME = 1_500;

interface Early {
  world: QueryWorld;
  paths: readonly string[];
  position: number;
}

/**
 * Asks for a position that no projector has got to, and starts one meanwhile. Where a busy machine took longer than reads
 * wait, and they were refused for it, all is prepared and asked again.
 *
 * @param prepare stops the projector, and appends up to the position
 */
export async function askEarly(
  prepare: () => Promise<Early>,
  meanwhile: () => Promise<unknown>,
): Promise<Answer[]> {
  for (;;) {
    const { world, paths, position } = await prepare();
    const askedAt = performance.now();
    const asked = Promise.all(paths.map((path) => world.get(path)));
    await meanwhile();
    world.startProjecting();
    await world.projected(position);
    const isInTime = performance.now() - askedAt < IN_TIME;
    const answers = await asked;
    if (isInTime || answers.every(({ status }) => status !== 503)) return answers;
  }
}
