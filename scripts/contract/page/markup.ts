/** Write a text so that it is no markup, also inside double quotes. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Write a sentence of the contract: what stands between backticks is code. */
export function prose(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** Give the id of a place on the page; every character that could not be part of one is written as its code. */
export function anchorOf(kind: string, name: string): string {
  return `${kind}-${name.replaceAll(/[^A-Za-z0-9_.-]/g, (one) => `_${one.codePointAt(0)?.toString(16)}_`)}`;
}

/** Write a link to a place on the page. */
export function linkTo(kind: string, name: string, text = name): string {
  return `<a href="#${anchorOf(kind, name)}"><code>${escaped(text)}</code></a>`;
}

/** Write one row of a list of facts; nothing where there is nothing to say. @param markup escaped already. */
export function fact(name: string, markup: string): string {
  return markup === '' ? '' : `<div><dt>${escaped(name)}</dt><dd>${markup}</dd></div>`;
}

/** Write a table with a heading for each column. @param rows cells that are escaped already. */
export function table(
  label: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return '';
  // The roles stay where a narrow screen shows a row as a block.
  const head = columns
    .map((column) => `<th scope="col" role="columnheader">${escaped(column)}</th>`)
    .join('');
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr role="row"><th scope="row" role="rowheader">${first}</th>${rest.map((cell, index) => `<td role="cell" data-label="${escaped(columns[index + 1] ?? '')}">${cell}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" role="region" aria-label="${escaped(label)}" tabindex="0"><table role="table" aria-label="${escaped(label)}"><thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">${body.join('')}</tbody></table></div>`;
}

/** Write a part that the search box can hide, under a heading that can be linked. @param body escaped already. */
export function part(kind: string, name: string, title: string, body: string): string {
  return `<article class="part" id="${anchorOf(kind, name)}"><h3>${title}</h3>${body}</article>`;
}

/** The colors of pages of this room's house: light and dark by the reader's setting. */
export const PALETTE = `:root { color-scheme: light dark; --ink: #1a1d21; --soft: #545b64; --paper: #ffffff; --line: #c9ced6; --code: #f3f5f8; --work: #1f4fbf;
  --breaking: #b3261e; --order: #8a5200; --compatible: #1b6b32; --documentation: #545b64; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7e9ec; --soft: #a9b1bb; --paper: #16181c; --line: #3b414a; --code: #22262c; --work: #8fb4ff;
  --breaking: #ff9a91; --order: #f2b45c; --compatible: #7bd394; --documentation: #a9b1bb; } }
* { box-sizing: border-box }`;
