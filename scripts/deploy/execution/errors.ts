/** A command line or a state of things that cannot be obeyed; the message says what to do. */
export class RefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedError';
  }
}
