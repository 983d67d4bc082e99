/** Status words that end a task when an agent reports them. */

/** Status of a task that such a word has ended. */
export type EndStatus = 'completed' | 'failed' | 'cancelled';

/**
 * Ending words, in any case and with any blanks, hyphens and underscores around them. `error` and `timeout` are left out:
 * they are passing remarks as often as ends.
 */
const ENDING_WORD =
  /^[\s_-]*(?:(completed|done|success|succeeded)|(failed|failure)|cancell?ed|aborted)[\s_-]*$/iu;

/** The end that the word reports; undefined for any other word. */
export function endingWordOf(word: string): EndStatus | undefined {
  const match = ENDING_WORD.exec(word);
  if (match === null) return undefined;
  if (match[1] !== undefined) return 'completed';
  return match[2] === undefined ? 'cancelled' : 'failed';
}
