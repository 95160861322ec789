import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOfSources } from '../../conformance/certificates/origin/judge.ts';
import { bundlePage } from '../../reference/console/page/program.mjs';
import { bundlePrograms } from './bundle.ts';
import { writeDeclarations } from './declarations.ts';
import { copyDefinitions } from './definitions.ts';
import { writeNotices } from './notices.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the page of the console is made of, beside our sources. */
const PAGE_PACKAGES = ['node_modules/htm', 'node_modules/preact'];

/** The program that npm runs before it packs: writes `lib/`, or with `--clean` removes it again. */
async function main(args: readonly string[]): Promise<void> {
  const folder = path.join(ROOT, 'lib');
  rmSync(folder, { recursive: true, force: true });
  if (args.includes('--clean')) return;
  const packages = await bundlePrograms(ROOT, folder);
  writeFileSync(path.join(folder, 'console-page.js'), await bundlePage());
  const shipped = copyDefinitions(ROOT, path.join(folder, 'definitions'));
  writeNotices(ROOT, folder, [...new Set([...packages, ...shipped, ...PAGE_PACKAGES])].sort());
  writeFileSync(path.join(folder, 'judge.json'), `${JSON.stringify({ hash: hashOfSources(ROOT) })}\n`);
  writeDeclarations(ROOT, path.join(folder, 'types'));
}

await main(process.argv.slice(2));
