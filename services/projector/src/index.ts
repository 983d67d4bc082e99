export { PROJECTION_MIGRATIONS } from './migrations.js';
export { startOperatorApi } from './operator-api/start-operator-api.js';
export { PROJECTIONS } from './projections/index.js';
export { startProjector } from './start-projector.js';
