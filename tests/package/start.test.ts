import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { installedAt, PATIENCE_MS } from './installed.ts';

const installed = installedAt(inject('package_place'));
/** Of processor time, on a machine of the year 2024 that does nothing else. */
const HELP_MS_MAX = 150;
/** A busy machine makes everything slower, an empty program of Node too. */
const TIMES_OF_NODE_MAX = 3;

/** Measures the processor time of a program by its own account, in milliseconds: the least of a few tries. */
async function cpuMs(...args: readonly string[]): Promise<number> {
  const meter = path.join(installed.folder, 'meter.mjs');
  writeFileSync(
    meter,
    `process.on('exit', () => { const { user, system } = process.cpuUsage(); console.error('cpu ' + (user + system) / 1000); });`,
  );
  const tries: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { err } = await installed.node('--import', `./${path.basename(meter)}`, ...args);
    tries.push(Number(/cpu ([\d.]+)/.exec(err)?.[1]));
  }
  return Math.min(...tries);
}

/** Lists the files of `lib/` that a program loads at once, before it knows what it is asked for. */
function loadedAtOnce(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(path.join(installed.home, 'lib', file), 'utf8');
  for (const [, next = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) loadedAtOnce(next, seen);
  return seen;
}

describe('the start of a program', { timeout: PATIENCE_MS }, () => {
  test('conformance --help takes no more time than docs/package.md says', async () => {
    const empty = path.join(installed.folder, 'empty.mjs');
    writeFileSync(empty, '');
    const node_ms = await cpuMs(empty);
    const help_ms = await cpuMs(path.join(installed.home, 'conformance/cli/bin.mjs'), '--help');
    console.log(`--help ${help_ms.toFixed(0)} ms, Node alone ${node_ms.toFixed(0)} ms`);
    expect(help_ms).toBeLessThan(Math.max(HELP_MS_MAX, TIMES_OF_NODE_MAX * node_ms));
  });

  test.each(['conformance.js', 'pipeline.js', 'contract.js'])(
    'none of Google’s clients is loaded at once by %s',
    (program) => {
      const texts = [...loadedAtOnce(program)].map((file) =>
        readFileSync(path.join(installed.home, 'lib', file), 'utf8'),
      );
      expect(texts.length).toBeGreaterThan(1);
      expect(texts.filter((text) => /node_modules\/(@google-cloud|google-gax|@grpc)\//.test(text))).toEqual(
        [],
      );
    },
  );
});
