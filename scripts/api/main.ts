import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDeclarations } from '../package/declarations.ts';
import { type Surface, surfaceOf } from './surface.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const ENTRIES = [
  ['nba-pipeline-contract', 'contract'],
  ['nba-pipeline-contract/testing', 'testing'],
  ['nba-pipeline-contract/cloud', 'cloud'],
] as const;

/** The program: writes docs/api/, or with `--check` names each page there that is not what the sources give. */
function main(args: readonly string[]): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'declarations-'));
  try {
    writeDeclarations(ROOT, folder);
    const pages = ENTRIES.map(([specifier, name]) => ({
      file: path.join('docs/api', `${name}.md`),
      text: pageOf(specifier, surfaceOf(folder, `conformance/library/${name}.d.ts`)),
    }));
    const stale = pages.filter(({ file, text }) => textIn(file) !== text);
    if (!args.includes('--check')) {
      mkdirSync(path.join(ROOT, 'docs/api'), { recursive: true });
      for (const { file, text } of stale) writeFileSync(path.join(ROOT, file), text);
      console.log(`docs/api/ holds ${pages.length} pages; ${stale.length} changed`);
      return 0;
    }
    for (const { file } of stale)
      console.error(`${file}: not what the sources give; run npm run api, and look at what importers get`);
    return stale.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function textIn(file: string): string | undefined {
  const place = path.join(ROOT, file);
  return existsSync(place) ? readFileSync(place, 'utf8').replaceAll('\r\n', '\n') : undefined;
}

/** Write the report of one entry as a page: what may be imported, and the types that this names. */
function pageOf(specifier: string, { exported, named }: Surface): string {
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

process.exitCode = main(process.argv.slice(2));
