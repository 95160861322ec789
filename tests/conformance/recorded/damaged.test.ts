import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { History } from '../../../conformance/history/events.ts';
import { toJsonLines } from '../../../conformance/history/json-lines.ts';
import { conformance } from '../command.ts';
import { doubleTrigger } from '../reports/failing.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'judge-damaged-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

const KEPT = toJsonLines(doubleTrigger().slice(0, 12));
const LINES = KEPT.trimEnd().split('\n');
const EVENTS = LINES.slice(1);

/** What the command says of these lines. */
function check(lines: readonly string[], ...argv: readonly string[]) {
  const file = path.join(folder, 'case.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return conformance('check', '--history', file, '--verbose', ...argv);
}

const without = (kind: string): readonly string[] =>
  EVENTS.filter((line) => (JSON.parse(line) as History[number]).kind !== kind);

describe('a history that was damaged is refused, and the message says where and what to do', () => {
  test('whole, it is judged, with the line that counts its events and without', async () => {
    expect(await check(LINES)).toMatchObject({ code: 0, out: expect.stringContaining('pass FANIN-001') });
    expect((await check(EVENTS)).code).toBe(0);
  });
  test.each([
    ['cut at its end', LINES.slice(0, 6), 'line 1: expected 12 events as it says, got 5'],
    ['cut at its beginning', EVENTS.slice(1), '#2 answers the delivery #1, which does not stand before it'],
    ['reversed', [...EVENTS].reverse(), 'event 2 (#11) stands after #12'],
    ['with a number twice', [...EVENTS.slice(0, 2), ...EVENTS.slice(1)], 'event 3 (#2) stands after #2'],
    ['without its answers', without('answer'), 'has no answer to the delivery #1'],
    ['without one answer', EVENTS.filter((_, index) => index !== 3), 'has no answer to the delivery #3'],
    ['with an answer twice', twice(2), '#99 answers the delivery #1 a second time'],
    ['of another version', ['{"history_version":2,"events":0}', ...EVENTS], 'history_version 2'],
  ])('%s', async (_, lines, expected) => {
    const { code, err, out } = await check(lines);
    expect(err).toContain(expected);
    expect(err).toMatch(/case\.jsonl: .*; \w+/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
  test('by a check whose component it never saw', async () => {
    const { code, err } = await check(LINES, '--check', 'cascade-in-order');
    expect(err).toContain('cascade-in-order is about phase4-orchestrator, and nothing was delivered to it');
    expect(code).toBe(2);
  });
});

/** A second answer to the delivery that the line of this number answers. */
function twice(number: number): readonly string[] {
  const answer = JSON.parse(EVENTS[number - 1] ?? '') as object;
  return [...EVENTS, JSON.stringify({ ...answer, sequence: 99 })];
}

describe('what a history does not show is not judged', () => {
  test('without a publish nothing is passed, and the exit code says that nothing was judged', async () => {
    const { code, out, err } = await check(EVENTS.slice(0, 8));
    expect(out).not.toContain('pass ');
    expect(out).toMatch(/-- +FANIN-001 .*the target published nothing in this history/);
    expect(out).toContain('case.jsonl shows nothing that could be judged.');
    expect(err).toContain('nothing was judged');
    expect(code).toBe(2);
  });
});

describe('the job summary', () => {
  test('of check is written where GitHub wants it, unless a file is named', async () => {
    const summary = path.join(folder, 'summary.md');
    const named = path.join(folder, 'named.md');
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
    await check(LINES, '--summary', named);
    expect(() => readFileSync(summary, 'utf8')).toThrow('ENOENT');
    await check(LINES);
    expect(readFileSync(summary, 'utf8')).toBe(readFileSync(named, 'utf8'));
    expect(readFileSync(summary, 'utf8')).toContain('case.jsonl shows no broken promise.');
  });
});
