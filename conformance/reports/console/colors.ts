import picocolors from 'picocolors';

/** Ways to set words off; without colors they change nothing. */
export interface Colors {
  bold(words: string): string;
  dim(words: string): string;
  green(words: string): string;
  red(words: string): string;
  yellow(words: string): string;
}

/** Give colors for a stream: only on a terminal, and never when NO_COLOR is set. */
export function colorsFor(
  is_terminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Colors {
  return picocolors.createColors(is_terminal && (environment['NO_COLOR'] ?? '') === '');
}
