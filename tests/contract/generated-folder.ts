import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contract } from '../../scripts/contract/contract.ts';
import { sectionDescriptions } from '../../scripts/contract/form.ts';
import { releasedContracts } from '../../scripts/contract/records/released.ts';
import { generatedFiles } from '../../scripts/generate/files.ts';

/** The root of this repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Derive the files of a contract in memory, as `npm run generate` does. */
export function filesOf(contract: Contract): Promise<ReadonlyMap<string, string>> {
  const problems = readFileSync(join(ROOT, 'scripts/generate/problems.ts'), 'utf8');
  return generatedFiles(contract, {
    problems,
    sections: sectionDescriptions(),
    released: releasedContracts(),
  });
}

/** Give a new folder that is an ES module package and from which packages resolve, and the function that removes it. */
export function emptyFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
