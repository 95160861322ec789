import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ProcessorClaim } from '../../../generated/models.ts';
import { createPractice } from '../../../reference/console/practice/create-practice.ts';
import { createComponentCalls } from '../../../reference/operations/calls/component-calls.ts';
import { DATE, finished } from '../stage/scenes.ts';
import { closeCloud, openCloud, type Stage } from '../stage/stage.ts';

let stage: Stage | undefined;
beforeAll(openCloud);
afterAll(closeCloud);
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function open() {
  // Ten minutes later, when nothing is on its way any more.
  stage = await finished({ later_seconds: 600 });
  const { ports, letters, pubsub, addresses, stopComponent, startComponent } = stage;
  const calls = createComponentCalls({
    find: (name) => Promise.resolve({ url: addresses[name] ?? '', headers: {} }),
  });
  const place = { game_date: DATE, ports, letters, calls, pubsub, addresses, stopComponent, startComponent };
  return { stage, drills: createPractice(place) };
}

/** What a drill breaks, as `pipeline status` says it, and what the runbook says to do. */
const CURES = [
  ['lost-trigger', ['--run', '2'], 'the trigger of level 1 is pending', ['trigger', 'sweep']],
  [
    'unheard-tables',
    ['--run', '2'],
    'the message was lost or refused',
    ['trigger', '3', '--date', DATE, '--run', '2'],
  ],
  [
    'delayed-processor',
    ['--run', '2'],
    'player_game_summary was begun by instance-7, whose claim ran out',
    ['trigger', '3', '--date', DATE, '--run', '2'],
  ],
  ['orchestrator-down', ['--run', '2'], '5 dead letters wait', ['dead-letters', 'replay', '--all']],
] as const;

/** The operator's clock is ahead of the components': what has run out for him may still stand for them. */
async function claimIsOver({ ports }: Stage): Promise<void> {
  const path = `processor_claims/player_game_summary.${DATE}.r2`;
  const isOver = async (): Promise<boolean> => {
    const claim = await ports.documents.get<ProcessorClaim>(path);
    return claim?.state !== 'running' || Date.parse(claim.lease_expires_at) < ports.clock.now().getTime();
  };
  await expect.poll(isOver, { timeout: 60_000, interval: 500 }).toBe(true);
}

describe('a drill breaks the pipeline, and its page of the runbook mends it', () => {
  test.each(CURES)(
    '%s',
    async (drill, of_run, words, cure) => {
      const { stage: own, drills } = await open();
      expect(await drills.begin(drill)).toContain(`run 2 of ${DATE}`);
      const status = ['status', '--date', DATE, ...of_run];
      const broken = await own.run(...status);
      expect(broken.out).toContain(words);
      await claimIsOver(own);
      await own.succeed(...cure);
      expect((await own.run(...status, '--wait', '120')).out).toContain('COMPLETE');
    },
    240_000,
  );

  test('a poison message becomes a dead letter that no replay mends', async () => {
    const { stage: own, drills } = await open();
    await drills.begin('unknown-name');
    expect((await own.run('dead-letters', 'list')).out).toContain('PlayerSummary');
    const replayed = await own.run('dead-letters', 'replay', '--all');
    expect(replayed.out).toContain('would be refused again');
  }, 240_000);

  test('what comes twice changes nothing', async () => {
    const { stage: own, drills } = await open();
    const before = await own.ports.documents.get(`phase3_completion/${DATE}`);
    expect(await drills.begin('delivered-twice')).toContain('5 completions');
    expect((await own.run('status', '--date', DATE)).out).toContain('COMPLETE');
    expect(await own.ports.documents.get(`phase3_completion/${DATE}`)).toEqual(before);
  }, 240_000);

  test('an unknown drill is refused with those that exist', async () => {
    const { drills } = await open();
    expect(() => drills.begin('earthquake')).toThrow('drill must be one of lost-trigger, unheard-tables');
    expect(drills.list.map(({ name }) => name)).toHaveLength(6);
  }, 240_000);
});
