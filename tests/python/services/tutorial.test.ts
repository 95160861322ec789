import { execFile } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PACKAGES, ROOT } from '../python.ts';

const PAGE = readFileSync(path.join(ROOT, 'docs/tutorial.md'), 'utf8');

/** The blocks of the page in their order: what it says of each, and its text. */
const BLOCKS = [...PAGE.matchAll(/^```(\w+)(?: (.*))?\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', about = '', text = '']) => ({ language, about, text }),
);

const folder = mkdtempSync(path.join(tmpdir(), 'tutorial-'));
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|CI$|GITHUB_)/.test(name)),
  ),
  PIP_TARGET: path.join(folder, '.packages'),
  // What builds the contract's package is installed already.
  PIP_NO_BUILD_ISOLATION: '0',
  PIP_RETRIES: '1',
  PYTHONPATH: [path.join(folder, '.packages'), PACKAGES].join(path.delimiter),
  PYTHONDONTWRITEBYTECODE: '1',
  NO_COLOR: '1',
};

/** Runs commands as a reader would type them. The package is not on a registry yet, so it is put where npm would put it. */
function typed(commands: string): Promise<{ readonly code: number; readonly out: string }> {
  if (commands.includes('npm install')) {
    mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(ROOT, path.join(folder, 'node_modules/nba-pipeline-contract'), 'dir');
    symlinkSync(
      path.join(ROOT, 'conformance/cli/bin.mjs'),
      path.join(folder, 'node_modules/.bin/conformance'),
    );
  }
  const script = commands.replace(/ && npm install .*$/m, '');
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-ec', script],
      { cwd: folder, env: environment, maxBuffer: 64e6 },
      (error, out, err) => resolve({ code: error === null ? 0 : (child.exitCode ?? -1), out: out + err }),
    );
  });
}

/** Writes a file of the page, or the new end of one that is there. */
function write(about: string, text: string): void {
  const [name = '', change] = about.split(' ');
  const file = path.join(folder, name);
  if (change === undefined) {
    writeFileSync(file, text);
    return;
  }
  const before = readFileSync(file, 'utf8');
  const line = before.indexOf('    path = ');
  expect(line).toBeGreaterThan(0);
  writeFileSync(file, before.slice(0, before.indexOf('\n', line) + 1));
  appendFileSync(file, `\n${text}`);
}

describe('docs/tutorial.md', { timeout: 240_000 }, () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every step does what the page says, from an empty folder to a trigger that is not lost', async () => {
    let said = '';
    let steps = 0;
    for (const { language, about, text } of BLOCKS) {
      if (language === 'python') write(about, text);
      if (language === 'sh') {
        const began_ms = performance.now();
        const { code, out } = await typed(text);
        console.log(
          `${((performance.now() - began_ms) / 1000).toFixed(0)} s: ${text.trim().replaceAll('\n', '; ')}`,
        );
        steps += 1;
        if (about !== 'any') expect([text, code, out]).toEqual([text, about === 'fails' ? 1 : 0, out]);
        said = out;
      }
      if (language === 'text') {
        for (const line of text.trim().split('\n')) expect(said).toContain(line);
      }
    }
    expect(steps).toBe(6);
  });
});
