import picocolors from 'picocolors';
import { printable, printableJson } from '../errors/printable.ts';

/** The colours and weights that this program writes itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour is a control sequence.
const OWN_COLOURS = /(\u001b\[(?:1|2|22|31|32|33|36|39)m)/;

/**
 * Write one line on standard output. What came from outside stays in the line and says nothing to the terminal: control
 * characters are written as their escapes.
 */
export function say(line: string): void {
  process.stdout.write(`${safeLine(line)}\n`);
}

/** Write one JSON object on standard output. */
export function sayJson(value: object): void {
  process.stdout.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
}

/** Write one line on standard error, as `say` does. */
export function complain(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

function safeLine(line: string): string {
  if (!picocolors.isColorSupported) return printable(line);
  return line
    .split(OWN_COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
