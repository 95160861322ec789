import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredFailure } from '../../../conformance/failures/failure.ts';
import { planReplay } from '../../../conformance/failures/plan.ts';
import { type FoundFailure, readFailure } from '../../../conformance/failures/store.ts';
import type { History } from '../../../conformance/history/events.ts';
import { conformance } from '../command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'failures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const stored_in = path.join(folder, 'stored');
const ONLY = 'invalid-messages-to-phase3-to-phase4-orchestrator';

/** Writes the target file of a server that acks whatever comes, or answers another status. */
function serverThatAcks(name: string, status = 200): string {
  const server = `require('http').createServer((q, a) => { a.statusCode = ${status}; q.resume(); q.on('end', () => { a.end(); }); }).listen(process.env.PORT, '127.0.0.1', function () { console.log('listening on http://127.0.0.1:' + this.address().port) })`;
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `name: ${name}\nrecovery_seconds: 1\nprofiles: [message, fan-in]\ncomponents:\n  phase3-to-phase4-orchestrator: { command: [node, -e, ${JSON.stringify(server)}] }\n`,
  );
  return file;
}

function storedFiles(): readonly string[] {
  const of_target = path.join(stored_in, 'yes');
  return readdirSync(of_target).map((file) => path.join(of_target, file));
}

const swallowed = (): string => storedFiles().find((file) => file.includes('swallowed-message')) ?? 'none';

/** What the judge sent, without the moments at which it did. */
function sent(history: History): readonly object[] {
  return history.flatMap((event) => {
    if (event.kind !== 'delivery') return [];
    const { component, topic, form, message_id, attempt, message, defect } = event;
    return [{ component, topic, form, message_id, attempt, message, defect }];
  });
}

beforeAll(async () => {
  const target = serverThatAcks('yes');
  const ran = await conformance('run', '--target', target, '--only', ONLY, '--failures', stored_in);
  expect(ran.code).toBe(1);
  expect(ran.out).toContain(
    `stored in ${stored_in}; run them again with: node conformance/cli/bin.mjs replay`,
  );
}, 60_000);

describe('failures are stored', () => {
  test('one file each, with everything that runs the case again', () => {
    const { failure } = readFailure(swallowed());
    expect(failure).toMatchObject({
      requirement: 'ACK-002',
      anomaly: 'swallowed message',
      check: ONLY,
      round: 1,
      schedule: null,
      target: { name: 'yes', file: path.join(folder, 'yes.yaml') },
    });
    expect(failure.command).toContain(`--only ${ONLY} --seed ${failure.seed}`);
    expect(failure.history.length).toBeGreaterThan(failure.events.length);
  });
  test('the same seed sends the same bytes again, and the failure takes the place of the first', async () => {
    const before = readFailure(swallowed()).failure;
    const count = storedFiles().length;
    const argv = ['run', '--target', before.target.file, '--only', ONLY, '--seed', String(before.seed)];
    await conformance(...argv, '--failures', stored_in);
    const after = readFailure(swallowed()).failure;
    expect(JSON.stringify(sent(after.history))).toBe(JSON.stringify(sent(before.history)));
    expect(storedFiles().length).toBe(count);
  }, 60_000);
  test('--no-failures stores none', async () => {
    const other = serverThatAcks('quiet');
    const { out } = await conformance('run', '--target', other, '--only', ONLY, '--no-failures');
    expect(out).not.toContain('stored in');
  }, 60_000);
});

describe('replay', () => {
  test('says STILL FAILING with the new proof, and exits with 1', async () => {
    const { code, out } = await conformance('replay', 'ACK-002', '--failures', stored_in);
    expect(code).toBe(1);
    expect(out).toContain(`STILL FAILING ACK-002 swallowed message in ${ONLY}@1`);
    expect(out).toMatch(/0 fixed, \d+ still failing, 0 cannot run\./);
  }, 60_000);
  test('says CANNOT RUN when target, check, round or requirement is gone, and exits with 3', async () => {
    const good = readFailure(swallowed()).failure;
    const broken: readonly (readonly [Partial<StoredFailure>, string])[] = [
      [{ target: { name: 'yes', file: 'gone.yaml' } }, 'gone.yaml: expected a target file that can be read'],
      [{ check: 'no-such-check' }, 'there is no check no-such-check any more'],
      [{ round: 9 }, `${ONLY} has 1 rounds now, and this was round 9`],
      [{ requirement: 'ACK-999' }, 'the contract has no ACK-999 any more'],
    ];
    const files = broken.map(([changed], place) => {
      const file = path.join(folder, `broken-${place}.json`);
      writeFileSync(file, JSON.stringify({ ...good, ...changed }));
      return file;
    });
    const { code, out } = await conformance('replay', ...files, '--json');
    expect(code).toBe(3);
    const outcomes = JSON.parse(out) as readonly { readonly outcome: string; readonly because: string }[];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(broken.map(() => 'CANNOT RUN'));
    for (const [place, [, why]] of broken.entries()) expect(outcomes[place]?.because).toContain(why);
  });
  test('says CANNOT RUN of a target that does not start', async () => {
    const dead = path.join(folder, 'dead.yaml');
    const text = readFileSync(path.join(folder, 'yes.yaml'), 'utf8');
    writeFileSync(dead, text.replace(/command: .*\]/, 'command: [node, -e, "process.exit(3)"]'));
    const { code, out } = await conformance('replay', swallowed(), '--target', dead);
    expect(code).toBe(3);
    expect(out).toContain('ended with exit code 3');
  });
  test('says FIXED of the reference, exits with 0, and forgets the failure only with --prune', async () => {
    const file = path.join(folder, 'copy.json');
    writeFileSync(file, readFileSync(swallowed(), 'utf8'));
    const argv = ['replay', file, '--target', 'conformance/targets/reference.yaml'];
    const kept = await conformance(...argv);
    expect(kept.code).toBe(0);
    expect(kept.out).toContain(`FIXED ACK-002 swallowed message in ${ONLY}@1`);
    expect(existsSync(file)).toBe(true);
    expect((await conformance(...argv, '--prune')).code).toBe(0);
    expect(existsSync(file)).toBe(false);
  }, 60_000);
  test('says CANNOT RUN of a service that does nothing at all, which is no mending', async () => {
    const dead = serverThatAcks('dead', 500);
    const { code, out } = await conformance('replay', swallowed(), '--target', dead);
    expect(code).toBe(3);
    expect(out).toContain(`CANNOT RUN ACK-002 swallowed message in ${ONLY}@1`);
    expect(out).toMatch(
      /its case shows ACK-\d+ refused message instead, so that ACK-002 was not tried; mend that first/,
    );
  }, 60_000);
  test('goes to the component that was attached, and says so when it is gone', async () => {
    const good = readFailure(swallowed()).failure;
    const attached = { 'phase3-to-phase4-orchestrator': 'http://127.0.0.1:9' };
    const found = { failure: { ...good, target: { ...good.target, attached } }, file: 'x' };
    const [here, there] = planReplay([{ failure: good, file: 'y' }, found], undefined);
    expect([here?.attached, there?.attached]).toEqual([{}, attached]);
    expect(planReplay([found], 'another.yaml')[0]?.attached).toEqual({});
  });
  test('says CANNOT RUN of a schedule that the target does not follow any more', async () => {
    const good = readFailure(swallowed()).failure;
    const explored = { check: 'every-order-of-the-last-two-completions', requirement: 'FANIN-006' };
    const file = path.join(folder, 'late.json');
    const command = "npm run conformance -- --only x --schedule 's1:99+1'";
    writeFileSync(file, JSON.stringify({ ...good, ...explored, command, schedule: 's1:99+1' }));
    const { code, out } = await conformance('replay', file, '--target', 'conformance/targets/reference.yaml');
    expect(code).toBe(3);
    expect(out).toContain('CANNOT RUN FANIN-006 swallowed message');
    expect(out).toContain('step 99 was never reached');
    expect(out).toMatch(/explore anew: npm run conformance -- --only x$/m);
  }, 60_000);
  test.each([
    [['replay', '--failures', path.join(folder, 'nowhere')], 'expected stored failures, found none'],
    [['replay', 'FANIN-*', '--failures', stored_in], '"FANIN-*" matches no failure stored in'],
    [['replay', path.join(folder, 'missing.json')], 'missing.json: expected a failure'],
    [['replay', path.join(folder, 'other.json')], 'see conformance/failures/failure.schema.json'],
  ])('%j is a usage error', async (argv, words) => {
    writeFileSync(path.join(folder, 'other.json'), '{}');
    const { code, err } = await conformance(...argv);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});

test('failures run together unless target, seed, cloud or the schedule of one case differ', () => {
  const found = (changed: Partial<StoredFailure>): FoundFailure => ({
    file: 'x.json',
    failure: {
      target: { name: 'mine', file: 'mine.yaml' },
      cloud: 'embedded',
      seed: 7,
      check: 'a',
      round: 1,
      schedule: null,
      ...changed,
    } as StoredFailure,
  });
  const groups = planReplay(
    [
      found({}),
      found({ round: 2 }),
      found({ check: 'b', schedule: 's1:2+1' }),
      found({ check: 'b', schedule: 's1:3!aborted' }),
      found({ seed: 8 }),
      found({ target: { name: 'theirs', file: 'theirs.yaml' } }),
    ],
    undefined,
  );
  expect(groups.map(({ failures }) => failures.length)).toEqual([3, 1, 1, 1]);
});
