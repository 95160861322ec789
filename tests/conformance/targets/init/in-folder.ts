import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { loadTarget } from '../../../../conformance/targets/load.ts';
import { conformance } from '../../command.ts';

const place = mkdtempSync(path.join(tmpdir(), 'judge-proposals-'));
let folders = 0;

/** Remove the folders when the tests of a file have run. */
export function removeFolders(): void {
  afterAll(() => rmSync(place, { recursive: true, force: true }));
}

/** The files of a folder by their paths, as text or as bytes. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Run `conformance init` in a folder of its own, and read the component that its target file describes. */
export async function initIn(files: Files, ...options: readonly string[]) {
  const folder = path.join(place, `service-${++folders}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const file = path.join(folder, 'conformance.yaml');
  const said = await conformance('init', file, ...options);
  const [component] = said.code === 0 ? Object.values(loadTarget(file).components) : [];
  return { ...said, file, component, written: said.code === 0 ? readFileSync(file, 'utf8') : '' };
}
