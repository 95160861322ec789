/** Say what was thrown, which need not be an error. */
export function errorWords(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
