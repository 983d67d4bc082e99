/** Asks for the next value while the one before it is worked on. */
export async function* readAhead<T>(source: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      // A rejection is handled when the value is awaited.
      next.catch(() => {});
      yield value as T;
    }
  } finally {
    // The end is not awaited: at the live end the source goes on waiting until it is aborted.
    void source.return();
  }
}
