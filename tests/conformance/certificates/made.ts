import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conformance, type Said } from '../command.ts';

/** Cases of an orchestrator that are quick, and enough to show a seed. */
const ONLY = [
  'fan-in-after-a-refused-publish@1',
  'fan-in-in-any-order@1',
  'fan-in-in-any-order@2',
  'duplicates-to-phase3-to-phase4-orchestrator',
  'invalid-messages-to-phase3-to-phase4-orchestrator',
];

/** A folder for keys and certificates; whoever makes it removes it. */
export function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'certificates-'));
}

/** Certifies a target of tests/targets as the command line does. */
export async function certified(
  name: string,
  file: string,
  ...more: readonly string[]
): Promise<Said & { readonly text: string }> {
  const target = `tests/targets/${name}/target.yaml`;
  const only = ['--only', ...ONLY, '--minutes', '0', '--seeds', '7', '8'];
  const said = await conformance('certify', '--target', target, '--out', file, ...only, ...more);
  return { ...said, text: readFileSync(file, 'utf8') };
}
