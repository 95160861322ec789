const WORDS_MAX = 10;
/** How far back the error may stand of whose trace only the end would be told. */
const TRACE_MAX = 60;
const ERROR = /^\s*(\w|\.)*(Error|Exception|panic)\b.*:|^panic:|^fatal:/i;

/** Say what a program printed last: ten lines, and before them the error under which they stand, where that is further up. */
export function lastWords(lines: readonly string[]): string {
  const written = lines.slice(-TRACE_MAX).filter((line) => line.trim() !== '');
  const last = written.slice(-WORDS_MAX);
  const error = written.findLast((line) => ERROR.test(line));
  const told = error === undefined || last.includes(error) ? last : [error, '…', ...last];
  return told.map((line) => line.trim()).join(' | ') || 'none';
}
