export { shareCalls } from './share-calls.js';
