import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect } from 'vitest';
import { type Added, addTo, KINDS } from '../../../scripts/contract/command/add.ts';
import type { Values } from '../../../scripts/contract/command/addition.ts';
import { readContract } from '../../../scripts/contract/contract.ts';
import { writeFiles } from '../../../scripts/generate/write.ts';
import { realContract } from '../edited-contract.ts';
import { emptyFolder, filesOf, ROOT } from '../generated-folder.ts';

/** Add to a copy of the contract of this repository. */
export function add(name: string, values: Values): Promise<Added> {
  const kind = KINDS.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`expected one of ${KINDS.map((one) => one.name).join(', ')}`);
  return addTo(realContract(), kind, values);
}

/** Give the lines that a text has and the contract of this repository does not; fail when a line of it is gone. */
export function newLines(text: string | null, lengthened: readonly string[] = []): readonly string[] {
  const before = realContract().text.split('\n');
  const now = (text ?? '').split('\n');
  let at = 0;
  const added = now.filter((line) => {
    const kept = before[at] ?? '';
    if (
      line !== kept &&
      !lengthened.some((start) => kept.trim().startsWith(start) && line.startsWith(kept.replace(/\].*$/, '')))
    ) {
      return true;
    }
    at += 1;
    return false;
  });
  expect(at, `line ${at + 1} of the contract is gone: ${before[at]}`).toBe(before.length);
  return added;
}

/** Generate from a text and compile what comes of it as strictly as this repository. */
export async function compileGenerated(text: string): Promise<readonly string[]> {
  const { folder, remove } = emptyFolder();
  const generated = join(folder, 'generated');
  try {
    writeFiles(generated, await filesOf(readContract(text, 'asyncapi.yaml')));
    const read = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, ROOT);
    const roots = readdirSync(generated).filter((file) => file.endsWith('.ts'));
    const program = ts.createProgram(
      roots.map((file) => join(generated, file)),
      { ...options, typeRoots: [join(ROOT, 'node_modules/@types')] },
    );
    return ts
      .getPreEmitDiagnostics(program)
      .map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n'));
  } finally {
    remove();
  }
}
