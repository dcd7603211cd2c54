/** A command line that makes no sense: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(`${message}. Try 'rxjs-gemini --help'.`);
  }
}
