import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FAN_IN_ORDER } from '../../../conformance/checks/fan-in/sets.ts';
import type { History } from '../../../conformance/history/events.ts';
import { toJsonLines } from '../../../conformance/history/json-lines.ts';
import { readHistory, readResult } from '../../../conformance/reports/result/read.ts';
import type { RunResult } from '../../../conformance/reports/result/result.ts';
import { judgeHistory } from '../../../conformance/verdict/anomalies.ts';
import { caseOf, judgeRecorded } from '../../../conformance/verdict/recorded.ts';
import { conformance } from '../command.ts';
import { CASE, doubleTrigger, failingResult, passingResult } from './failing.ts';
import { readXml } from './xml.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'judge-offline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string): string => path.join(folder, name);

function keep(name: string, text: string): string {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
}

const WRONG = doubleTrigger();
const wrong = keep('wrong.jsonl', toJsonLines(WRONG));
const right: History = WRONG.slice(0, 12);
const unmarked = right.map((event) => ({ ...event, marks: [] }));

/** What a report says of the anomalies, without the commands, which differ between live and offline. */
const told = ({ requirements }: RunResult) =>
  requirements.flatMap(({ id, anomalies }) =>
    anomalies.map(({ anomaly, proof, events, check, sequence }) => ({
      id,
      anomaly,
      proof,
      events,
      check,
      sequence,
    })),
  );

describe('check --history judges a recorded case offline', () => {
  test('it names the anomalies that the live judge names, by the case in the marks', () => {
    const live = judgeHistory(FAN_IN_ORDER, CASE, WRONG);
    const history = readHistory(wrong);
    const found = caseOf(history, undefined);
    expect(found).toEqual({ check: FAN_IN_ORDER, name: CASE });
    expect(live.length).toBeGreaterThan(0);
    const offline = judgeRecorded(history, found).flatMap(({ anomalies }) => anomalies);
    expect(new Set(offline)).toEqual(new Set(live));
  });
  test('it exits with 1 and prints proof and command', async () => {
    const { code, out } = await conformance('check', '--history', wrong, '--verbose');
    expect(code).toBe(1);
    expect(out).toContain(`double trigger in ${CASE}`);
    expect(out).toContain(`check --history ${wrong} --check fan-in-in-any-order`);
    expect(out).toContain('one recorded case');
  });
  test('a right case exits with 0; without marks the check must be named', async () => {
    const file = keep('right.jsonl', toJsonLines(unmarked));
    expect((await conformance('check', '--history', file, '--check', 'fan-in-in-any-order')).code).toBe(0);
    const { code, err } = await conformance('check', '--history', file);
    expect(code).toBe(2);
    expect(err).toContain('name one with --check');
  });
  test('a case that could not go on fails its requirements again', () => {
    const marks = [CASE];
    const stuck: History = [
      ...right,
      { kind: 'marker', name: 'stuck', sentence: 'expected a run', sequence: 99, at_ms: 99, marks },
    ];
    const verdicts = judgeRecorded(stuck, caseOf(stuck, undefined));
    const failed = verdicts
      .filter(({ result }) => result === 'failed')
      .map(({ requirement }) => requirement.id);
    expect(failed.sort()).toEqual([...FAN_IN_ORDER.requirements].sort());
    expect(verdicts.find(({ result }) => result === 'failed')?.anomalies[0]).toMatchObject({
      anomaly: 'stuck',
      proof: 'The case could not go on: expected a run (#99).',
      events: [99],
    });
  });
  test.each([
    ['missing.jsonl', null, 'expected a file that can be read, got ENOENT'],
    ['empty.jsonl', '', 'got an empty file'],
    ['words.jsonl', 'no event\n', 'line 1: expected one JSON object'],
    [
      'half.jsonl',
      '{"kind":"commit","sequence":3,"at_ms":1,"marks":[]}\n',
      "must have required property 'paths'",
    ],
    ['kind.jsonl', '{"kind":"party","sequence":3}\n', 'event 1 (#3, party)'],
  ])('%s is a usage error', async (name, text, expected) => {
    const file = text === null ? inFolder(name) : keep(name, text);
    const { code, err } = await conformance('check', '--history', file);
    expect(code).toBe(2);
    expect(err).toContain(name);
    expect(err).toContain(expected);
  });
  test('a check that does not exist is a usage error', async () => {
    const { code, err } = await conformance('check', '--history', wrong, '--check', 'nope');
    expect(code).toBe(2);
    expect(err).toContain('--check "nope" is no check');
  });
});

describe('the result file', () => {
  test('follows its schema and reads back as it was, for runs and recorded cases', async () => {
    const result = failingResult();
    expect(readResult(keep('mine.json', JSON.stringify(result)))).toEqual(JSON.parse(JSON.stringify(result)));
    expect(Object.keys(result.histories)).toEqual([CASE]);
    expect(Object.keys(passingResult('fine').histories)).toEqual([]);
    const { out } = await conformance('check', '--history', wrong, '--json');
    const recorded = readResult(keep('recorded.json', out));
    expect(recorded).toMatchObject({ history_file: wrong, cloud: null, seed: null, conforms: false });
    expect(recorded.histories[CASE]).toEqual(WRONG);
  });
  test.each([
    ['{}', 'must have required property'],
    ['nonsense', 'expected JSON'],
    [
      JSON.stringify({ ...failingResult(), cloud: 'azure' }),
      'cloud must be equal to one of the allowed values',
    ],
    [JSON.stringify({ ...failingResult(), histories: { a: [{ kind: 'answer' }] } }), 'histories.a.0'],
  ])('%.30s is refused', (text, expected) => {
    expect(() => readResult(keep('bad.json', text))).toThrow(expected);
  });
});

describe('report makes files of kept results', () => {
  test('a page with a column for each result, JUnit XML of one', async () => {
    const mine = keep('mine.json', JSON.stringify(failingResult('mine')));
    const theirs = keep('theirs.json', JSON.stringify(passingResult('theirs')));
    const page = inFolder('new-folder/page.html');
    const { code, out } = await conformance('report', '--html', page, mine, theirs);
    expect([code, out]).toEqual([1, `${mine}: mine does not conform\n${theirs}: theirs conforms\n`]);
    expect(readFileSync(page, 'utf8')).toContain('<th scope="col">mine</th><th scope="col">theirs</th>');
    const xml = inFolder('report.xml');
    expect((await conformance('report', '--junit', xml, theirs)).code).toBe(0);
    expect(readXml(readFileSync(xml, 'utf8')).attributes).toMatchObject({ name: 'theirs', failures: '0' });
    expect((await conformance('report', '--junit', xml, mine, theirs)).code).toBe(2);
    expect((await conformance('report', mine)).err).toContain(
      'report expects --html, --junit, --ctrf, --badge or --summary FILE',
    );
    expect((await conformance('report', '--html', folder, mine)).err).toContain('a file that can be written');
  });
});

describe('a run and its recorded histories agree', () => {
  test('a component that acks everything is told the same live and offline, in every report', async () => {
    const server =
      "require('http').createServer((q, a) => { q.resume(); q.on('end', () => a.end()); }).listen(process.env.PORT, '127.0.0.1', function () { console.log('listening on http://127.0.0.1:' + this.address().port) })";
    const target = keep(
      'yes.yaml',
      `name: yes\nrecovery_seconds: 1\nprofiles: [message, fan-in]\ncomponents:\n  phase3-to-phase4-orchestrator: { command: [node, -e, ${JSON.stringify(server)}] }\n`,
    );
    const only = 'invalid-messages-to-phase3-to-phase4-orchestrator';
    const files = [
      '--junit',
      inFolder('yes.xml'),
      '--html',
      inFolder('yes.html'),
      '--keep-output',
      inFolder('kept'),
    ];
    const { code, out } = await conformance(
      'run',
      '--target',
      target,
      '--only',
      only,
      '--json',
      '--no-failures',
      ...files,
    );
    expect(code).toBe(1);
    const live = readResult(keep('live.json', out));
    expect(told(live).map(({ anomaly }) => anomaly)).toContain('swallowed message');
    const [history = ''] = readdirSync(inFolder('kept/histories'));
    const offline = await conformance('check', '--json', '--history', inFolder(`kept/histories/${history}`));
    expect(offline.code).toBe(1);
    expect(told(JSON.parse(offline.out) as RunResult)).toEqual(told(live));
    expect(readFileSync(inFolder('yes.html'), 'utf8')).toContain('swallowed message');
    expect(readXml(readFileSync(inFolder('yes.xml'), 'utf8')).attributes['failures']).not.toBe('0');
  });
});
