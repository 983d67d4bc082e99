import { describeProjections } from '../testing/contract/projection-contract.js';
import { REFERENCES } from '../testing/contract/references.js';
import { PROJECTIONS } from './index.js';

describeProjections(PROJECTIONS.map((projection) => ({ projection, ...REFERENCES[projection.name] })));
