/**
 * Say of what kind a quoted value is, for a log line that must not quote it.
 *
 * @param got  the value as JSON, which may be cut short, or `nothing`.
 */
export function shapeOf(got: string): string {
  if (got.startsWith('"')) return 'a text';
  if (got.startsWith('{')) return 'an object';
  if (got.startsWith('[')) return 'a list';
  if (/^-?\d/.test(got)) return 'a number';
  return ['true', 'false', 'null', 'nothing'].includes(got) ? got : 'something else';
}
