/** What JavaScript's `.` and `\s` take, as a class of Python's; `\d` and `\w` are ASCII in both, by a flag of Python's. */
const CLASSES: Readonly<Record<string, string>> = {
  '.': '[^\\n\\r\\u2028\\u2029]',
  s: '\\t\\n\\x0b\\x0c\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff',
};

/** Escapes that Python lacks or reads in another way. */
const UNKNOWN = /^[pPkc]$/;

/**
 * Write a regular expression of JavaScript (flag `u`) as one that Python's `re` reads alike, with its flag ASCII.
 *
 * @throws {Error} for what Python cannot express, such as `\p{L}`.
 */
export function pythonPattern(source: string): string {
  let written = '';
  let inClass = false;
  for (const [token] of source.matchAll(/\\u\{[^}]*\}|\\.|\(\?<(?![=!])|[\s\S]/gu)) {
    if (token.startsWith('\\u{')) written += codePoint(token.slice(3, -1));
    else if (token.startsWith('\\')) written += escaped(token, inClass, source);
    else if (token === '(?<') written += '(?P<';
    else if (inClass) {
      inClass = token !== ']';
      // Python warns of these inside a class, where JavaScript takes them as they are.
      written += '[&~|'.includes(token) ? `\\${token}` : token;
    } else {
      inClass = token === '[';
      written += token === '$' ? '\\Z' : token === '.' ? CLASSES['.'] : token;
    }
  }
  return written;
}

function escaped(token: string, inClass: boolean, source: string): string {
  const letter = token.slice(1);
  if (UNKNOWN.test(letter))
    throw new Error(`expected a pattern that Python can read too, got ${token} in ${JSON.stringify(source)}`);
  if (letter === '/') return '/';
  if (letter === 's') return inClass ? (CLASSES['s'] ?? '') : `[${CLASSES['s']}]`;
  if (letter === 'S' && !inClass) return `[^${CLASSES['s']}]`;
  return token;
}

function codePoint(hex: string): string {
  return `\\U${hex.padStart(8, '0')}`;
}
