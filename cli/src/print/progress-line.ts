/** Progress in one line: redrawn in place on a terminal, repeated every five seconds in a log or pipe. */

/** Milliseconds between two lines of a log, and between two redraws on a terminal. */
const LOG_INTERVAL = 5_000;
const REDRAW_INTERVAL = 100;

export interface ProgressLine {
  /** @param text is called only when it is shown */
  show(text: () => string): void;
  /** Prints a line that stays. */
  note(text: string): void;
  stop(): void;
}

/** Progress on standard error, so that standard output can be piped on. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  const isTerminal = stream.isTTY === true;
  const interval = isTerminal ? REDRAW_INTERVAL : LOG_INTERVAL;
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

/** Control sequence that goes to the start of the line and erases it. */
const ERASE = '\r\u001b[2K';
