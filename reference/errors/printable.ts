/**
 * What a terminal may take for a command, what moves the cursor, and what turns the direction of reading: control
 * characters of ASCII and Latin-1, separators of lines, and the marks of bidirectional text.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/** Write a text that came from outside so that it stays in its line and says nothing to a terminal. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/**
 * The same for JSON that was written over several lines: between its tokens only line breaks and spaces occur, and inside
 * a text an escape means the same character.
 */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (letter) => (letter === '\n' ? letter : escaped(letter)));
}

function escaped(letter: string): string {
  if (letter === '\n') return '\\n';
  if (letter === '\t') return '\\t';
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
