import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { targetFile } from '../../../conformance/cli/running/settings.ts';
import { pagePathFrom, programFrom } from '../../../conformance/contract/program.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'judge-choice-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is judged when nothing is named', () => {
  test('without conformance.yaml: nothing, and the message says what to do', () => {
    expect(() => targetFile(undefined, folder, '/clone')).toThrow(
      /expected conformance\.yaml in .* "conformance init"/,
    );
  });
  test('the reference within a clone, and not where the package is installed', () => {
    const reference = /conformance\/targets\/reference\.yaml$/;
    expect(targetFile(undefined, '/clone/docs', '/clone')).toMatch(reference);
    expect(() => targetFile(undefined, '/my/node_modules/it/docs', '/my/node_modules/it')).toThrow(
      'nothing to judge',
    );
    expect(() => targetFile(undefined, '/clone-of-another', '/clone')).toThrow('nothing to judge');
  });
  test('the word reference names it anywhere; a file named so comes first', () => {
    expect(targetFile('reference', folder)).toMatch(/reference\.yaml$/);
    expect(targetFile('reference', process.cwd())).toBe('conformance/targets/reference.yaml');
    expect(targetFile('mine.yaml', folder)).toBe('mine.yaml');
    writeFileSync(path.join(folder, 'reference'), '');
    expect(targetFile('reference', folder)).toBe('reference');
  });
  test('conformance.yaml of the folder, also within a clone', () => {
    writeFileSync(path.join(folder, 'conformance.yaml'), '');
    expect(targetFile(undefined, folder, folder)).toBe('conformance.yaml');
  });
});

describe('commands that people copy start the judge', () => {
  const pnpm = '/my app/node_modules/.pnpm/it@1/node_modules/it/conformance/cli/bin.mjs';
  test.each([
    ['/my app', '/my app/node_modules/it/conformance/cli/bin.mjs', 'npx conformance'],
    ['/my app/deep', pnpm, 'npx conformance'],
    ['/other', pnpm, `node '../my app/node_modules/.pnpm/it@1/node_modules/it/conformance/cli/bin.mjs'`],
    ['/my app2', '/my app/node_modules/it/bin.mjs', `node '../my app/node_modules/it/bin.mjs'`],
    ['/clone', '/clone/conformance/cli/bin.mjs', 'node conformance/cli/bin.mjs'],
    ['/app', '/app/.yarn/cache/it-1.zip/node_modules/it/bin.mjs', 'yarn conformance'],
    ['/app', '/home/me/.yarn/berry/cache/it-1.zip/node_modules/it/bin.mjs', 'yarn conformance'],
  ])('from %s, where it is %s: %s', (from, file, words) => expect(programFrom(from, file)).toBe(words));
});

describe('a page of the documentation is where somebody finds it', () => {
  test.each([
    ['/clone', '/clone/conformance/cli/bin.mjs', 'docs/mending.md'],
    ['/tmp', '/clone/conformance/cli/bin.mjs', 'docs/mending.md'],
    ['/app', '/app/node_modules/it/conformance/cli/bin.mjs', 'node_modules/it/docs/mending.md'],
    ['/app/service', '/app/node_modules/it/lib/judge.js', '../node_modules/it/docs/mending.md'],
    ['/app', '/app/.yarn/cache/it-1.zip/node_modules/it/bin.mjs', 'docs/mending.md'],
  ])('from %s, where it is %s: %s', (from, file, words) =>
    expect(pagePathFrom(from, file, 'docs/mending.md')).toBe(words),
  );
});
