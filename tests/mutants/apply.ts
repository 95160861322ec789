import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of the reference with the fault in it. */
export interface MutantCopy {
  readonly directory: string;
  remove(): void;
}

/** List what is wrong with a mutant's patches; empty when each stands in its file exactly once. */
export function stalePatches(mutant: Mutant, root = ROOT): readonly string[] {
  return mutant.patches.flatMap(({ file, find }) => {
    const count = readFileSync(path.join(root, 'reference', file), 'utf8').split(find).length - 1;
    if (count === 1) return [];
    return [
      `${mutant.id}: expected reference/${file} to contain "${find}" once, found it ${count} times; renew the patch`,
    ];
  });
}

/** A mutant's files of the reference as they read with the fault in, by their path below `reference/`. */
export function patched(mutant: Mutant, root = ROOT): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { file, find, replace } of mutant.patches) {
    const text = files.get(file) ?? readFileSync(path.join(root, 'reference', file), 'utf8');
    files.set(
      file,
      text.replace(find, () => replace),
    );
  }
  return files;
}

/** Copy what the components need into a folder of its own, put the fault in, and bundle it once for all of them. */
export function copyMutant(mutant: Mutant): MutantCopy {
  const stale = stalePatches(mutant);
  if (stale.length > 0) throw new Error(stale.join('\n'));
  const directory = mkdtempSync(path.join(tmpdir(), `mutant-${mutant.id}-`));
  for (const name of ['reference', 'generated', 'package.json', 'tsconfig.json']) {
    cpSync(path.join(ROOT, name), path.join(directory, name), { recursive: true });
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'));
  for (const [file, text] of patched(mutant)) writeFileSync(path.join(directory, 'reference', file), text);
  execFileSync(process.execPath, ['reference/services/start.mjs', '--only-build'], { cwd: directory });
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
