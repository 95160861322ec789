import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { main } from '../../../scripts/contract/command/main.ts';
import { realContract } from '../edited-contract.ts';

const TEXT = realContract().text;
const BROKEN = TEXT.replace('push_path: /predict', 'push_path: /work');
const WORDED = TEXT.replace('description: ISO 8601 in UTC', 'description: ISO 8601 (<UTC> & "Z")');

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'contract-diff-'));
  writeFileSync(join(root, 'asyncapi.yaml'), TEXT);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.example', 'commit', '-q', '-m', 'one');
});
afterAll(() => rmSync(root, { recursive: true }));

function git(...args: readonly string[]): void {
  execFileSync('git', [...args], { cwd: root });
}

async function run(...args: readonly string[]) {
  const said: string[] = [];
  const spies = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error'), vi.spyOn(process.stderr, 'write')];
  for (const spy of spies) spy.mockImplementation((text: unknown) => said.push(String(text)) > 0);
  const exit_code = await main(['diff', ...args], root);
  for (const spy of spies) spy.mockRestore();
  return { exit_code, text: said.join('\n') };
}

describe('contract diff', () => {
  test('what is committed against the file, when nothing is named', async () => {
    writeFileSync(join(root, 'asyncapi.yaml'), TEXT);
    expect(await run()).toMatchObject({ exit_code: 0 });
    writeFileSync(join(root, 'asyncapi.yaml'), BROKEN);
    const { exit_code, text } = await run();
    expect(exit_code).toBe(1);
    expect(text).toMatch(
      /BREAKING {2}x-subscriptions.nba-phase5-prediction-request-sub: push_path is \/work/,
    );
    expect(text).toMatch(/asyncapi.yaml:\d+/);
    expect(text).toMatch(/sender phase5-coordinator; receiver phase5-worker/);
  });

  test('files and revisions', async () => {
    writeFileSync(join(root, 'new.yaml'), WORDED);
    expect(await run('main:asyncapi.yaml', 'new.yaml')).toMatchObject({ exit_code: 0 });
    expect(await run('HEAD', join(root, 'new.yaml'))).toMatchObject({ exit_code: 0 });
  });

  test.each([
    [
      'a revision that is none',
      ['nowhere', 'new.yaml'],
      /expected a file, a released version \(1\.0\.0.*\), or a git revision that holds asyncapi\.yaml, got nowhere/,
    ],
    ['a file that is none', ['HEAD', 'main:none.yaml'], /holds none.yaml/],
    ['a folder', ['HEAD', '.'], /expected a file that can be read, got "\."/],
    ['no name at all', ['HEAD', ''], /expected a file that can be read, got ""/],
    ['an option as a revision', ['--', '--output=x', 'new.yaml'], /expected a file or a git revision/],
    ['no number of samples', ['--samples', 'many'], /expected --samples to be a whole number/],
    ['two forms at once', ['--json', '--markdown'], /expected one of/],
  ])('%s is usage', async (_name, args, message) => {
    const { exit_code, text } = await run(...args);
    expect(exit_code).toBe(2);
    expect(text).toMatch(message);
  });

  test.each([
    [
      'a format that nobody knows',
      'format: date-time',
      'format: moment',
      /new.yaml:\d+: expected a format that/,
    ],
    [
      'a reference that leads nowhere',
      'schemas/UtcTimestamp',
      'schemas/Nobody',
      /new.yaml:\d+: expected #.*Nobody/,
    ],
    [
      'a schema that makes no validator',
      'type: integer, minimum: 0',
      'type: whole, minimum: 0',
      /to make a validator, but/,
    ],
    ['a document of another kind', 'asyncapi: 3.0.0', 'openapi: 3.0.0', /expected an AsyncAPI document/],
    [
      'another version of AsyncAPI',
      'asyncapi: 3.0.0',
      'asyncapi: 2.6.0',
      /new.yaml:1: expected AsyncAPI 3, got 2.6.0/,
    ],
    ['a text that is no YAML', 'info:', 'info: [', /new.yaml/],
  ])('%s is a contract that cannot be read', async (_name, before, after, message) => {
    writeFileSync(join(root, 'new.yaml'), TEXT.replace(before, after));
    const { exit_code, text } = await run('HEAD', 'new.yaml');
    expect(exit_code).toBe(2);
    expect(text).toMatch(message);
    expect(text).not.toMatch(/node_modules/);
  });

  test('JSON for programs', async () => {
    writeFileSync(join(root, 'new.yaml'), BROKEN);
    const { exit_code, text } = await run('HEAD', 'new.yaml', '--json', '--seed', '3');
    const result = JSON.parse(text);
    expect([exit_code, result.diff_version, result.verdict, result.seed]).toEqual([1, 1, 'breaking', 3]);
    expect(result.changes[0]).toMatchObject({
      place: 'x-subscriptions.nba-phase5-prediction-request-sub.push_path',
      verdict: 'breaking',
    });
  });

  test('Markdown and a page escape what the contract says, and the page needs no network', async () => {
    writeFileSync(join(root, 'new.yaml'), WORDED);
    const markdown = await run('HEAD', 'new.yaml', '--markdown');
    expect(markdown.text).toContain('&lt;UTC&gt; &amp;');
    await run('HEAD', 'new.yaml', '--html', join(root, 'diff.html'));
    const page = readFileSync(join(root, 'diff.html'), 'utf8');
    expect(page).toContain('&lt;UTC&gt; &amp; &quot;Z&quot;');
    expect(page).not.toMatch(/(src|href)="?http|@import|url\(/);
    expect(page).toContain('color-scheme: light dark');
  });
});
