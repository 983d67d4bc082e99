/** Random numbers of a seed, those of the demo. */
export { createRandom, type Random } from '../../cli/src/demo/random.js';
