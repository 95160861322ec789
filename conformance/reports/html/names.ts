import type { RunResult } from '../result/result.ts';

/** Name a column; the same name twice gets its place. */
export function columnName(results: readonly RunResult[], name: string, place: number): string {
  const twice = results.filter(({ target }) => target.name === name).length > 1;
  return twice ? `${name} (${place + 1})` : name;
}

/** The id of a failure's section on the page: results are counted from 0. */
export function failureId(place: number, requirement: string): string {
  return `failure-${place}-${requirement}`;
}
