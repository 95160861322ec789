import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { bundle } from '../../reference/services/bundle.mjs';
import { ARTEFACTS_FOLDER, type Artefact, artefacts } from './artefacts.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The program behind `npm run build`: writes what is deployed, a folder per component. */
async function main(): Promise<void> {
  const program = new Command('build')
    .description('Build every component of the reference into a folder of its own, ready to be deployed.')
    .option('--out <folder>', 'where the folders go', ARTEFACTS_FOLDER);
  program.parse();
  const out = path.resolve(ROOT, program.opts<{ out: string }>().out);
  for (const artefact of artefacts()) console.log(await build(artefact, path.join(out, artefact.component)));
  console.log('Deploy them with: npm run deploy:staging -- --project ID --plan');
}

async function build(artefact: Artefact, folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await bundle({ code: artefact.code, folder, external: artefact.external });
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(artefact.manifest, null, 2)}\n`);
  const mebibytes = (statSync(path.join(folder, 'index.mjs')).size / 2 ** 20).toFixed(1);
  const place = path.relative(process.cwd(), folder);
  return `${artefact.component.padEnd(32)}${artefact.kind.padEnd(10)}${mebibytes} MiB  ${place}`;
}

await main();
