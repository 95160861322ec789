import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conformance } from '../conformance/command.ts';
import { copyMutant, ROOT } from './apply.ts';
import type { Mutant } from './mutant.ts';

/** What the judge prints about a broken implementation, and about its failures afterwards. */
export interface Demonstration {
  /** Of each failed requirement: sentence, anomaly, proof, smallest case, messages, command. */
  readonly failures: readonly string[];
  /** `conformance replay` against the broken implementation. */
  readonly replay_broken: string;
  /** The same against the reference. */
  readonly replay_right: string;
  /** Exit codes of run, replay and replay against the reference. */
  readonly codes: readonly [number, number, number];
}

const REFERENCE = path.join(ROOT, 'conformance/targets/reference.yaml');
const SEED = '20240115';

/** Judges a mutant as anybody would from the command line, then replays its failures there and on the reference. */
export async function demonstrate(
  mutant: Mutant,
  only: readonly string[] = mutant.only,
): Promise<Demonstration> {
  const copy = copyMutant(mutant);
  const kept = mkdtempSync(path.join(tmpdir(), 'failures-'));
  try {
    const target = path.join(copy.directory, 'broken.yaml');
    writeFileSync(target, targetText(mutant));
    const run = await conformance(
      'run',
      '--verbose',
      '--target',
      target,
      '--only',
      ...only,
      '--seed',
      SEED,
      '--failures',
      kept,
    );
    const broken = await conformance('replay', '--failures', kept);
    const right = await conformance('replay', '--failures', kept, '--target', REFERENCE);
    const plain = (text: string): string =>
      text.replaceAll(`${copy.directory}${path.sep}`, '').replaceAll(kept, 'failures');
    return {
      failures: failureBlocks(plain(run.out)),
      replay_broken: plain(broken.out || broken.err),
      replay_right: plain(right.out || right.err),
      codes: [run.code, broken.code, right.code],
    };
  } finally {
    copy.remove();
    rmSync(kept, { recursive: true, force: true });
  }
}

/** The reference's target file, run from the folder of the copy. */
function targetText(mutant: Mutant): string {
  return readFileSync(REFERENCE, 'utf8')
    .replace(/^name: .*$/m, `name: ${mutant.id}`)
    .replace(/^directory: .*$/m, 'directory: .');
}

/** Cut the failures out of a console report: each begins with "ID (LEVEL)" at the start of a line. */
function failureBlocks(report: string): readonly string[] {
  return report
    .split('\n\n')
    .map((block) => block.trim())
    .filter((block) => /^[A-Z]+-\d{3} \((MUST|SHOULD)\)/.test(block));
}
