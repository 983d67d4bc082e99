export { startProjectionDesk } from './desk/start-desk.js';
export { PROJECTION_MIGRATIONS } from './migrations.js';
export { PROJECTIONS } from './projections/index.js';
export { startProjector } from './start-projector.js';
