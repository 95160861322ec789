import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundle } from '../../../reference/services/bundle.mjs';
import { filesOf, ROOT } from './files.ts';
import { REFERENCE, type Subject } from './subject.ts';

const SERVICES = "import './reference/services/start.ts';";

/** List the sources that a subject's programs are made of, below the root. @throws {Error} when none is JavaScript. */
export async function sourcesOf(subject: Subject): Promise<readonly string[]> {
  if (subject.name === REFERENCE.name) return filesOfServices();
  const files = filesOf(subject.folder).filter((file) => /[.]m?js$/.test(file));
  if (files.length > 0) return files;
  throw new Error(
    `--target ${subject.name}: expected sources in JavaScript in ${subject.folder}, found none`,
  );
}

/** List the files of the reference that are in its services. */
async function filesOfServices(): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: SERVICES, resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    external: ['*.mjs'],
    metafile: true,
    write: false,
  });
  return Object.keys(metafile.inputs)
    .filter((file) => file.startsWith('reference/') && file.endsWith('.ts'))
    .sort();
}

/**
 * Write a subject's programs into an empty folder that stands for the repository's root, with other text for some of its
 * sources: what the target file starts there is at the same place as in the repository.
 */
export async function writePrograms(
  subject: Subject,
  sources: ReadonlyMap<string, string>,
  folder: string,
): Promise<void> {
  if (subject.name === REFERENCE.name) return writeServices(sources, folder);
  const own = path.join(folder, subject.folder);
  cpSync(path.join(ROOT, subject.folder), own, { recursive: true });
  for (const [file, text] of sources) writeFileSync(path.join(folder, file), text);
  // What it finds beside itself: other implementations, and what is generated of the contract.
  const others = path.dirname(subject.folder);
  for (const other of readdirSync(path.join(ROOT, others))) {
    if (other !== subject.name) symlinkSync(path.join(ROOT, others, other), path.join(folder, others, other));
  }
  symlinkSync(path.join(ROOT, 'generated'), path.join(folder, 'generated'));
}

/** The services are TypeScript: one bundle, which their usual program imports. */
async function writeServices(sources: ReadonlyMap<string, string>, folder: string): Promise<void> {
  await bundle({ code: SERVICES, folder, plugins: [replacing(sources)] });
  mkdirSync(path.join(folder, 'reference/services'), { recursive: true });
  writeFileSync(path.join(folder, 'reference/services/start.mjs'), "import '../../index.mjs';\n");
}

function replacing(sources: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'mutants',
    setup: ({ onLoad }) =>
      onLoad({ filter: /[.]ts$/ }, ({ path: file }) => {
        const contents = sources.get(path.relative(ROOT, file));
        return contents === undefined ? undefined : { contents, loader: 'ts' };
      }),
  };
}
