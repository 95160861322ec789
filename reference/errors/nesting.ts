/** No message or body of the contract comes near this; what reads JSON by recursion breaks at some thousands. */
export const NESTING_MAX = 100;

/**
 * Count how deep brackets are nested in a JSON text, without reading it: parsers and writers of JSON call themselves once
 * per level, and the call stack ends somewhere.
 *
 * @returns 0 for a value without brackets; for text that is no JSON any number.
 */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index];
    if (letter === '"') index = endOfText(text, index);
    else if (letter === '[' || letter === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (letter === ']' || letter === '}') depth -= 1;
  }
  return deepest;
}

/** Finds the quote that ends a text in JSON; the end of everything when there is none. */
function endOfText(json: string, start: number): number {
  for (let index = start + 1; index < json.length; index += 1) {
    if (json[index] === '\\') index += 1;
    else if (json[index] === '"') return index;
  }
  return json.length;
}
