/** Error of a file of events; its message is a sentence for the person who named the file. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code = 'file_error';
}

/** Handler for `catch` that turns an error of the file system into a FileError. */
export function cannot(verb: 'read' | 'write', path: string): (error: unknown) => never {
  return (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new FileError(`cannot ${verb} ${path}: ${code ?? message}`, { cause: error });
  };
}
