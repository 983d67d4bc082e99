/** The numbers of a seed, as the demo has them. */
export { createRandom, type Random } from '../../cli/src/demo/random.js';
