/**
 * Result of `work` or, when that takes longer than so many milliseconds, of `onTimeout`, which may throw. The work itself
 * goes on.
 */
export async function withTimeLimit<T>(
  milliseconds: number,
  work: Promise<T>,
  onTimeout: () => T,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(onTimeout());
      } catch (error) {
        reject(error as Error);
      }
    }, milliseconds);
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
