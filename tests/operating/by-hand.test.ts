import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXAMPLES } from '../../generated/examples.ts';
import { TOPIC } from '../../generated/topology.ts';
import { DATE, deadLetter, deadLetters, finished, SOON_DEAD } from './stage/scenes.ts';
import { closeCloud, openCloud, type Stage } from './stage/stage.ts';

let stage: Stage;

// A whole pipeline runs here; this is a limit for a busy machine and not what it takes.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  await openCloud();
  stage = await finished(SOON_DEAD);
});
afterAll(async () => {
  await stage.close();
  await closeCloud();
});

const asJson = async (...args: string[]) => JSON.parse((await stage.run(...args, '--json')).out);

describe('IDEM-001 to IDEM-003 what has run is announced again by hand, and nothing runs twice', () => {
  test.each([
    ['2', TOPIC.phase1ScrapersComplete, 6],
    ['3', TOPIC.phase2RawComplete, 6],
    ['fan-in', TOPIC.phase3AnalyticsComplete, 5],
    ['cascade', TOPIC.phase4ProcessorComplete, 5],
  ])('trigger %s shows what it would send on %s, and sends nothing', async (target, topic, count) => {
    const { exit_code, out } = await stage.run('trigger', target, '--date', DATE, '--dry-run');
    expect(exit_code).toBe(0);
    expect(out.match(new RegExp(`^${topic} `, 'gm'))).toHaveLength(count);
    expect(out.match(/not sent \(--dry-run\)/g)).toHaveLength(count);
    const shown = await asJson('trigger', target, '--date', DATE, '--dry-run');
    expect(shown.messages.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      Array(count).fill('dry_run'),
    );
  });

  test('trigger fan-in sends one run by name, with the id that it had', async () => {
    const [before] = await stage.ports.warehouse.runs({
      game_date: DATE,
      processor_name: 'player_game_summary',
    });
    const one = ['trigger', 'fan-in', '--date', DATE, '--processor', 'player_game_summary'];
    const { exit_code, out } = await stage.run(...one);
    expect(exit_code).toBe(0);
    expect(out).toMatch(/published again as message \d+/);
    const { messages } = await asJson(...one);
    expect(messages).toMatchObject([
      { outcome: 'published', message: { execution_id: before?.execution_id, trigger_source: 'manual' } },
    ]);
    expect(
      await stage.ports.warehouse.runs({ game_date: DATE, processor_name: 'player_game_summary' }),
    ).toHaveLength(1);
  });

  test('a level that is out is shown, and sent once more with --again only', async () => {
    const dry = await stage.run('trigger', '4', '--date', DATE, '--level', '1', '--again', '--dry-run');
    expect(dry.out).toMatch(/^level 1 .* runs .*team_defense_zone_analysis/);
    expect(dry.out).toContain('not sent (--dry-run)');
    const sent = await stage.run('trigger', '4', '--date', DATE, '--level', '1', '--again');
    expect(sent.out).toContain('its orchestrator sends no other');
    expect(sent.exit_code).toBe(0);
  });

  test('a call is shown before it is made, and one for a scraper names it', async () => {
    const { exit_code, out } = await stage.run('trigger', '5', '--date', DATE, '--force', '--dry-run');
    expect(exit_code).toBe(0);
    expect(out).toContain('POST /start on phase5-coordinator');
    expect(out).toContain('"force":true');
    expect(out).toContain('not sent (--dry-run)');
    const one = ['trigger', '1', '--date', DATE, '--scraper', 'nbac_schedule', '--dry-run'];
    expect((await asJson(...one)).calls[0].body).toMatchObject({ scraper: 'nbac_schedule' });
  });

  test('what cannot be meant exits with 2 and says what is missing', async () => {
    for (const [args, said] of [
      [['trigger', '3'], 'trigger 3 needs --date'],
      [['trace'], 'trace needs an id, or --date'],
      [['dead-letters', 'replay'], 'replay needs --message ID or --all'],
    ] as const) {
      const { exit_code, err } = await stage.run(...args);
      expect([exit_code, err]).toEqual([2, expect.stringContaining(said)]);
    }
  });
});

describe('a trace finds a date, a run and a player, or says that they are on no record', () => {
  test('of a date: every run in order of time', async () => {
    const { exit_code, out } = await stage.run('trace', '--date', DATE);
    expect(exit_code).toBe(0);
    expect(out).toContain(`Trace of everything of ${DATE}`);
    expect(out).toContain('player_game_summary');
    const json = await asJson('trace', '--date', DATE);
    expect(json).toMatchObject({ trace_of: `everything of ${DATE}`, unknown: [] });
  });

  test('of one run: what fed it and what came of it', async () => {
    const [run] = await stage.ports.warehouse.runs({
      game_date: DATE,
      processor_name: 'player_game_summary',
    });
    const { out } = await stage.run('trace', run?.execution_id ?? '');
    expect(out).toContain(`Trace of execution_id ${run?.execution_id}`);
    expect(out).toContain('bdl_player_boxscores');
  });

  test.each([
    [['--date', '2024-01-14'], 'Nothing is on record for run 1 of 2024-01-14.'],
    [['--date', DATE, '--player', 'nobody'], `nobody has no prediction in run 1 of ${DATE}.`],
  ])('%j is said, with exit code 1', async (args, said) => {
    expect(await stage.run('trace', ...args)).toMatchObject({ exit_code: 1, out: `${said}\n` });
    expect(await asJson('trace', ...args)).toEqual({ found: false, problem: said });
  });
});

describe('dead letters that are not there', () => {
  test('none is said, and looking exits with 0', async () => {
    expect(await stage.run('dead-letters', 'list')).toMatchObject({
      exit_code: 0,
      out: 'No dead letters.\n',
    });
    expect(await asJson('dead-letters', 'list')).toEqual({ dead_letters: [] });
    const none = await stage.run('dead-letters', 'replay', '--all');
    expect(none).toMatchObject({ exit_code: 0, out: 'No dead letter to replay.\n' });
  });

  test('a message id that no queue holds exits with 1', async () => {
    const { exit_code } = await stage.run('dead-letters', 'replay', '--message', '99', '--json');
    expect(exit_code).toBe(1);
  });
});

describe('a component that does not answer', () => {
  test('exits with 3 and names the call; what it was sent is a dead letter that can succeed', async () => {
    await stage.stopComponent('phase3-to-phase4-orchestrator');
    const { exit_code, err } = await stage.run('trigger', 'sweep');
    expect([exit_code, err]).toEqual([3, expect.stringContaining('phase3-to-phase4-orchestrator')]);
    const completion = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion')?.payload as object;
    for (const processor_name of ['player_game_summary', 'nobody']) {
      await deadLetter(stage, TOPIC.phase3AnalyticsComplete, { ...completion, processor_name });
    }
    await deadLetters(stage, TOPIC.phase3AnalyticsComplete, 2);
    const { out } = await stage.run('dead-letters', 'list');
    expect(out).toContain('2 dead letters. 1 can succeed: npx pipeline dead-letters replay --all');
    expect(out).toContain('1 would be refused again');
    const { replayed } = await asJson('dead-letters', 'replay', '--all', '--dry-run');
    expect(replayed.map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual([
      'kept',
      'would_replay',
    ]);
  });
});
