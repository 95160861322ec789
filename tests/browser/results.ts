import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conformance } from '../conformance/command.ts';
import { copyMutant, ROOT } from '../mutants/apply.ts';
import { MUTANTS } from '../mutants/catalogue.ts';

/** What is judged: an early level, a lost trigger, and an exploration that finds a forgotten completion. */
const JUDGED = [
  { mutant: 'D04-any-five-names', only: ['unknown-processor-to-phase3-to-phase4-orchestrator', 'FANIN-004'] },
  { mutant: 'I01-check-then-act', only: ['every-order-of-the-last-two-completions@1', 'FANIN-004'] },
] as const;

const REFERENCE = path.join(ROOT, 'conformance/targets/reference.yaml');

/** Judges two broken implementations and the reference, and gives the files of their results. */
export async function realResults(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const { mutant: id, only } of JUDGED) {
    const mutant = MUTANTS.find((one) => one.id === id);
    if (mutant === undefined)
      throw new Error(`${id} is no mutant; name another one in tests/browser/results.ts`);
    const copy = copyMutant(mutant);
    try {
      const target = path.join(copy.directory, 'broken.yaml');
      const text = readFileSync(REFERENCE, 'utf8').replace(/^directory: .*$/m, 'directory: .');
      writeFileSync(target, text.replace(/^name: .*$/m, `name: ${id}`));
      files.push(await judged(folder, id, ['--target', target, '--only', ...only], 1));
    } finally {
      copy.remove();
    }
  }
  return [...files, await judged(folder, 'reference', ['--only', 'FANIN-004', 'CASC-001'], 0)];
}

async function judged(
  folder: string,
  name: string,
  argv: readonly string[],
  expected: number,
): Promise<string> {
  const { code, out, err } = await conformance('run', ...argv, '--seed', '7', '--json', '--no-failures');
  if (code !== expected) throw new Error(`${name}: expected exit code ${expected}, got ${code}: ${err}`);
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, out);
  return file;
}
