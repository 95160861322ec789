import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../cli/bin.mjs', import.meta.url));

/** Give the words that start the judge from the working directory, for commands that people copy. */
export function program(): string {
  return `node ${quoted(path.relative(process.cwd(), PROGRAM))}`;
}

/** Quote a word for a shell, where it needs that. */
export function quoted(word: string): string {
  return /^[\w./@:+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
