import { createLogger, type Logger } from '../logging/index.js';

export const silentLog: Logger = createLogger('silent');
