/** What is amiss with a file of events, in a sentence for whoever named it. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code = 'file_error';
}

/** For `catch` of what the file system refuses. */
export function cannot(verb: 'read' | 'write', path: string): (error: unknown) => never {
  return (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new FileError(`cannot ${verb} ${path}: ${code ?? message}`, { cause: error });
  };
}
