/** One line that tells how far something is: at its place on a terminal, now and then in a log or pipe. */

/** Milliseconds between two lines of a log, and two looks of a terminal. */
const LOG_INTERVAL = 5_000;
const LOOK_INTERVAL = 100;

export interface ProgressLine {
  /** @param text is asked for only when it is shown */
  show(text: () => string): void;
  /** A line that stays. */
  note(text: string): void;
  stop(): void;
}

/** On standard error, so that what is printed can be piped on. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  const isTerminal = stream.isTTY === true;
  const interval = isTerminal ? LOOK_INTERVAL : LOG_INTERVAL;
  let shownAt = performance.now();
  let isOpen = false;
  const close = () => {
    if (isOpen) stream.write(ERASE);
    isOpen = false;
  };
  return {
    show(text) {
      const now = performance.now();
      if (now - shownAt < interval) return;
      shownAt = now;
      stream.write(isTerminal ? ERASE + text() : `${text()}\n`);
      isOpen = isTerminal;
    },
    note(text) {
      close();
      stream.write(`${text}\n`);
    },
    stop: close,
  };
}

/** Back to the start of the line, and what is on it away. */
const ERASE = '\r\u001b[2K';
