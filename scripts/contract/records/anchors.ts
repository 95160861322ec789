import { readFileSync } from 'node:fs';

const ROOT = new URL('../../../', import.meta.url);

/** Give the anchors of a page of this repository; undefined when there is no such file. */
export type AnchorsOf = (page: string) => readonly string[] | undefined;

/** Read the anchors of a page under the root of this repository. */
export const anchorsOnDisk: AnchorsOf = (page) => {
  try {
    return anchorsIn(readFileSync(new URL(page, ROOT), 'utf8'));
  } catch {
    return undefined;
  }
};

/** List the anchors that the headings of a Markdown text get on the pages of the repository's host. */
export function anchorsIn(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, '');
  const times = new Map<string, number>();
  return [...prose.matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const seen = times.get(anchor) ?? 0;
    times.set(anchor, seen + 1);
    return seen === 0 ? anchor : `${anchor}-${seen}`;
  });
}
