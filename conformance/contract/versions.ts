/** Tell whether a contract version asks a requirement: versions are compared number by number. */
export function isAskedBy(version: string, requirement: { readonly since: string }): boolean {
  return requirement.since.localeCompare(version, 'en', { numeric: true }) <= 0;
}
