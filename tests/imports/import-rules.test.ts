import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const ROOMS = ['reference', 'conformance', 'scripts', 'generated', 'tests'];

/** Rooms within rooms that the files below import. */
const INNER_ROOMS = [
  ...['figures', 'message', 'predictions', 'attic'].map((room) => `reference/${room}`),
  ...['history', 'harness', 'checks', 'reports', 'attic'].map((room) => `conformance/${room}`),
];

/** A file, what it imports, and the rule that the import breaks. */
const BREAKAGES: readonly (readonly [string, string, string])[] = [
  ['conformance/judge.ts', '../reference/plain.ts', 'the-judge-knows-no-defendant'],
  ['reference/self-judging.ts', '../conformance/plain.ts', 'the-defendant-knows-no-judge'],
  ['reference/building.ts', '../scripts/plain.ts', 'products-need-no-workshop'],
  ['conformance/testing.ts', '../tests/plain.ts', 'products-need-no-workshop'],
  ['conformance/library/running.ts', '../../reference/plain.ts', 'the-judge-knows-no-defendant'],
  ['conformance/library/reporting.ts', '../reports/plain.ts', 'the-library-shows-the-judge'],
  ['generated/leaning.ts', '../reference/plain.ts', 'generated-code-stands-alone'],
  ['scripts/running.ts', '../reference/plain.ts', 'the-workshop-needs-no-products'],
  ['scripts/contract/judging.ts', '../../conformance/plain.ts', 'the-workshop-needs-no-products'],
  ['scripts/figures/running.ts', '../../reference/plain.ts', 'figures-need-figures-only'],
  ['scripts/testing.ts', '../tests/plain.ts', 'only-tests-import-tests'],
  ['reference/watching/arriving.ts', '../message/plain.ts', 'reference-arrows-run-down'],
  ['reference/precompute/dating.ts', '../predictions/plain.ts', 'reference-arrows-run-down'],
  ['reference/services/finding.ts', '../attic/plain.ts', 'every-room-has-a-floor'],
  ['conformance/targets/peeking.ts', '../harness/plain.ts', 'conformance-arrows-run-down'],
  ['conformance/history/peeking.ts', '../checks/plain.ts', 'conformance-arrows-run-down'],
  ['conformance/cli/finding.ts', '../attic/plain.ts', 'every-room-of-the-judge-has-a-floor'],
  ['reference/circle-a.ts', './circle-b.ts', 'no-circle'],
  ['reference/fan-in/decide.ts', 'node:fs', 'cores-know-no-machine'],
  ['conformance/cloud/decide-next.ts', 'node:crypto', 'cores-know-no-machine'],
  ['reference/basketball/formula.ts', 'node:fs', 'cores-know-no-machine'],
  ['reference/batch/decide-start.ts', '@google-cloud/firestore', 'cores-know-no-service'],
  ['reference/basketball/stored.ts', '../google/store.ts', 'cores-know-no-service'],
  ['reference/batch/decide-end.ts', './indirect.ts', 'cores-reach-no-service'],
  ['reference/lost.ts', './nowhere.ts', 'imports-lead-somewhere'],
];

/** Files that keep every rule. */
const KEEPING: readonly (readonly [string, string])[] = [
  ['reference/circle-b.ts', './circle-a.ts'],
  ['reference/batch/indirect.ts', '../google/store.ts'],
  ['reference/google/store.ts', '@google-cloud/firestore'],
  ['reference/fan-in/shell.ts', 'node:fs'],
  ['reference/fan-in/decide-other.ts', '../plain.ts'],
  ['scripts/figures/converting.ts', '../../reference/figures/plain.ts'],
  ['reference/predictions/receiving.ts', '../message/plain.ts'],
  ['conformance/harness/holding.ts', '../history/plain.ts'],
  ['conformance/cli/reporting.ts', '../reports/plain.ts'],
  ['tests/all.ts', '../conformance/plain.ts'],
];

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

function cruise(folder: string): Cruise {
  const options = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
  const { stdout } = spawnSync(process.execPath, [COMMAND, ...options, ...ROOMS], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout);
}

describe('the import rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'imports-'));
  let found: readonly string[] = [];
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json']) {
      copyFileSync(join(ROOT, name), join(folder, name));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    for (const room of [...ROOMS, ...INNER_ROOMS]) write(`${room}/plain.ts`, 'export const plain = 1;\n');
    for (const [path, target] of [...BREAKAGES, ...KEEPING]) {
      write(path, `import * as other from '${target}';\nexport const used = other;\n`);
    }
    found = cruise(folder).summary.violations.map(({ from, rule }) => `${from} breaks ${rule.name}`);
  }, 120_000);

  test.each(BREAKAGES)('%s may not import %s: %s', (path, _target, rule) => {
    expect(found).toContain(`${path} breaks ${rule}`);
  });

  test.each(KEEPING.filter(([path]) => !path.includes('circle')))('%s may import %s', (path) => {
    expect(found.filter((one) => one.startsWith(`${path} `))).toEqual([]);
  });
});

describe('the reading of this repository', () => {
  test('finds modules in every room', () => {
    const { modules } = cruise(ROOT);
    for (const room of ROOMS) {
      expect(modules.filter(({ source }) => source.startsWith(`${room}/`)).length, room).toBeGreaterThan(2);
    }
  }, 120_000);
});
