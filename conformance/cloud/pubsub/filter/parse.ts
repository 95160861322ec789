import { invalid } from '../requests/refusals.ts';
import type { Filter } from './filter.ts';

const FILTER_BYTES_MAX = 256;

/** Text that is left to read, and the whole of it for messages. */
interface Reader {
  readonly text: string;
  at: number;
}

/**
 * Reads the documented filter language.
 *
 * @throws {RpcError} INVALID_ARGUMENT that says what was expected, and at which character.
 */
export function parseFilter(text: string): Filter {
  if (Buffer.byteLength(text) > FILTER_BYTES_MAX) {
    throw invalid('subscription.filter', `at most ${FILTER_BYTES_MAX} bytes long`, Buffer.byteLength(text));
  }
  const reader: Reader = { text, at: 0 };
  const filter = readExpression(reader);
  take(reader, /\s*/y);
  if (reader.at < text.length) throw expected(reader, 'AND, OR or its end');
  return filter;
}

/** Terms joined by AND, or by OR; both in one expression need parentheses, as documented. */
function readExpression(reader: Reader): Filter {
  const first = readTerm(reader);
  const operator = word(reader, /AND\b|OR\b/y);
  if (operator === undefined) return first;
  const filters = [first, readTerm(reader)];
  for (let next = word(reader, /AND\b|OR\b/y); next !== undefined; next = word(reader, /AND\b|OR\b/y)) {
    if (next !== operator) throw expected(reader, `parentheses where AND and OR meet, not ${next}`);
    filters.push(readTerm(reader));
  }
  return { kind: operator === 'AND' ? 'and' : 'or', filters };
}

function readTerm(reader: Reader): Filter {
  if (word(reader, /NOT\b|-/y) !== undefined) return { kind: 'not', filter: readTerm(reader) };
  if (word(reader, /\(/y) !== undefined) {
    const inner = readExpression(reader);
    requireWord(reader, /\)/y, '")"');
    return inner;
  }
  if (word(reader, /hasPrefix\b/y) !== undefined) return readPrefix(reader);
  requireWord(reader, /attributes\b/y, 'attributes, hasPrefix, NOT or "("');
  if (word(reader, /:/y) !== undefined) return { kind: 'has', key: readKey(reader) };
  requireWord(reader, /\./y, '":" or "."');
  const key = readKey(reader);
  const operator = requireWord(reader, /!=|=/y, '"=" or "!="');
  const equals: Filter = { kind: 'equals', key, value: readString(reader) };
  return operator === '=' ? equals : { kind: 'not', filter: equals };
}

function readPrefix(reader: Reader): Filter {
  requireWord(reader, /\(/y, '"("');
  requireWord(reader, /attributes\s*\./y, 'attributes.KEY');
  const key = readKey(reader);
  requireWord(reader, /,/y, '","');
  const value = readString(reader);
  requireWord(reader, /\)/y, '")"');
  return { kind: 'has_prefix', key, value };
}

function readKey(reader: Reader): string {
  return word(reader, /[A-Za-z0-9_-]+/y) ?? readString(reader, 'a key, quoted if it has other characters');
}

const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|(.))/gs;
const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function readString(reader: Reader, what = 'a value in double quotes'): string {
  const quoted = requireWord(reader, STRING, what);
  return quoted.slice(1, -1).replace(ESCAPE, (_, short, long, hex, octal, other) => {
    const code = short ?? long ?? hex;
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return NAMED_ESCAPES[other] ?? other;
  });
}

function requireWord(reader: Reader, pattern: RegExp, what: string): string {
  const found = word(reader, pattern);
  if (found === undefined) throw expected(reader, what);
  return found;
}

/** Takes what the pattern finds after blanks, if it finds anything. */
function word(reader: Reader, pattern: RegExp): string | undefined {
  take(reader, /\s*/y);
  return take(reader, pattern);
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}

function expected(reader: Reader, what: string) {
  return invalid('subscription.filter', `a filter with ${what} at character ${reader.at}`, reader.text);
}
