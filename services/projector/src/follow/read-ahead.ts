/** Asks for the next value while the one before it is worked on. */
export async function* readAhead<T>(source: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      // It is heard of when its turn comes.
      next.catch(() => {});
      yield value as T;
    }
  } finally {
    // Not waited for: at the live end the source goes on waiting until it is aborted.
    void source.return();
  }
}
