import type { Surface } from './surface.ts';

/** Write the report of one entry as a page: what may be imported, and the types that this names. */
export function pageOf(specifier: string, { exported, named }: Surface): string {
  const block = (texts: readonly string[]): string => ['```ts', texts.join('\n\n'), '```'].join('\n');
  const lines = [
    `# ${specifier}`,
    '',
    'Written by `npm run api`. It shows what can be imported, without comments. [package.md](../package.md) has examples.',
    '',
    block(exported.map(({ text }) => text)),
  ];
  if (named.length > 0) lines.push('', '## Types that these name', '', block(named.map(({ text }) => text)));
  return `${lines.join('\n')}\n`;
}
