import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard error, so that standard output stays free for what a command prints. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'api_key',
          '*.api_key',
          '*.authorization',
          '*["x-api-key"]',
          'password',
          '*.password',
          'connectionString',
        ],
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
