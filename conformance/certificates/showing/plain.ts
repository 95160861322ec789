/** Letters that a terminal or a page obeys and a reader does not see: control, direction, width zero, line and paragraph ends. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** So much of one text is shown; whoever wrote it may have written more than anybody reads. */
const LETTERS_MAX = 2_000;

/**
 * Show a text of a file as one line in which nothing is hidden: whoever wrote it cannot move the cursor, begin a line that looks
 * like one of ours, or write from right to left.
 */
export function plain(text: string): string {
  const shown = text.length > LETTERS_MAX ? `${text.slice(0, LETTERS_MAX)} …` : text;
  return shown.replaceAll(UNSEEN, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`);
}
