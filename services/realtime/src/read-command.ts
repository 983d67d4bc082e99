import { REPLAY_COMMAND_TYPES, type ReplayCommand, replayCommand } from '@att/contracts';
import { MessageRefusedError } from './message-refused-error.js';

const TYPES: ReadonlySet<unknown> = new Set(REPLAY_COMMAND_TYPES);

/**
 * The command that a message gives; undefined for any other text, which is a ping.
 *
 * @throws MessageRefusedError bad_message
 */
export function readCommand(text: string): ReplayCommand | undefined {
  const message = parse(text);
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (!TYPES.has(message.type)) return undefined;
  const parsed = replayCommand.safeParse(message);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MessageRefusedError(
    'bad_message',
    `${message.type}: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
