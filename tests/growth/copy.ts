import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a command printed, and its exit code. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of the contract and of the products, to be edited and run. */
export interface Copy {
  readonly folder: string;
  /** Put a line behind the only line that begins with `start`, or rewrite that line. */
  edit(file: string, start: string, change: (line: string) => string): void;
  run(...args: readonly string[]): Ended;
  remove(): void;
}

/** Copy the contract, what is generated from it, and the products. */
export function copyProducts(): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'growth-'));
  for (const name of ['asyncapi.yaml', 'package.json', 'generated', 'reference', 'conformance']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  // The computations and what they need; the rest would only take time.
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['reference/basketball', 'reference/runs'] }),
  );
  return {
    folder,
    edit(file, start, change) {
      const path = join(folder, file);
      const lines = readFileSync(path, 'utf8').split('\n');
      const found = lines.filter((line) => line.startsWith(start));
      if (found.length !== 1) throw new Error(`expected one line of ${file} to begin with "${start}"`);
      writeFileSync(path, lines.map((line) => (line === found[0] ? change(line) : line)).join('\n'));
    },
    run(...args) {
      const env = { ...process.env, NO_COLOR: '1' };
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        encoding: 'utf8',
        env,
      });
      return { code: status, output: `${stdout}${stderr}` };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
