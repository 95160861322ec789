import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXAMPLES } from '../../generated/examples.ts';
import { DATE, deadLetter, fannedIn, finished, lostTrigger, ran, SOON_DEAD } from './stage/scenes.ts';
import { closeCloud, openCloud, openStage, type Stage, WHOLE_SLATE } from './stage/stage.ts';

let stage: Stage;

// Whole pipelines run here; this is a limit for a busy machine and not what it takes.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

beforeAll(openCloud);
afterAll(closeCloud);
afterEach(async () => {
  await stage.close();
});

describe('pipeline on the real date', () => {
  test('status and trace tell how a date went, on its whole slate', async () => {
    stage = await finished({ settings: WHOLE_SLATE });

    const status = await stage.run('status', '--date', DATE);
    expect(status.out).toContain('COMPLETE');
    expect(status.out).toMatch(/Phase 3 {2}analytics +5 of 5 done/);
    expect(status.out).toContain('229 of 229 predicted, 100 %');
    expect(status.exit_code).toBe(0);

    const report = JSON.parse((await stage.run('status', '--date', DATE, '--json')).out);
    expect(report).toMatchObject({ verdict: 'complete', run: 1, run_numbers: [1], findings: [] });
    const scraped = report.processors.find(
      ({ processor }: { processor: string }) => processor === 'bdl_box_scores',
    );

    const file = join(tmpdir(), `trace-${process.pid}.html`);
    const trace = await stage.run('trace', scraped.execution_id, '--html', file);
    expect(trace.exit_code).toBe(0);
    expect(trace.out).toContain('Trace of correlation_id');
    expect(trace.out).toContain('229 × prediction_worker');
    const page = await readFile(file, 'utf8');
    await rm(file);
    expect(page).toContain('Phase 5 · predictions');
    expect(page).not.toMatch(/src=|href=|https?:\/\/(?!www\.w3\.org)/);

    const player = await stage.run('trace', '--player', 'tyresemaxey', '--date', DATE);
    expect(player.out).toMatch(/prediction_worker {2}success {2}1 record /);
    for (const scraper of ['bdl_box_scores', 'nbac_schedule', 'nbac_scoreboard']) {
      expect(player.out).toContain(scraper);
    }
  }, 120_000);

  test('rerun takes the next number, and shows its call before it makes it', async () => {
    stage = await openStage({ without: ['phase2-raw'] });
    expect((await stage.run('rerun', '--date', DATE)).out).toContain(`run 1 of ${DATE}`);
    const dry = await stage.run('rerun', '--date', DATE, '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({ run: 2, dry_run: true, calls: [{ body: { run: 2 } }] });
    expect((await stage.run('rerun', '--date', DATE)).out).toContain(`run 2 of ${DATE}`);
    const status = await stage.run('status', '--date', DATE);
    expect(status.out).toContain('run 2  (on record: 1, 2)');
    expect((await stage.run('status', '--date', DATE, '--run', '1')).out).toContain(
      'run 1  (on record: 1, 2)',
    );
  });

  test('an id that is on no record is said, with exit code 1', async () => {
    stage = await openStage();
    const { exit_code, out } = await stage.run('trace', '5f0c2a9e-8d1b-4c63-9a57-0b1e2d3c4f5a');
    expect(out).toContain('No run has the execution_id or correlation_id');
    expect(exit_code).toBe(1);
  });
});

describe('FANIN-012 a trigger that nobody holds is seen and sent by hand', () => {
  test('status names document, claim and command; the sweep sends it and the date goes on', async () => {
    stage = await lostTrigger();
    const status = await stage.run('status', '--date', DATE);
    expect(status.exit_code).toBe(1);
    expect(status.out).toContain(
      `the trigger of level 1 is pending in phase3_completion/${DATE} since 11:39Z`,
    );
    expect(status.out).toContain('its claim was held by instance-7 until 11:40Z, and that instance is gone');
    expect(status.out).toContain('next: npx pipeline trigger sweep');

    expect((await stage.run('trigger', 'sweep')).exit_code).toBe(0);
    await ran(stage, 'phase_4_precompute', 3);
  });

  test('FANIN-009 sent past the orchestrator it has the same id, is recorded, and is not sent twice', async () => {
    stage = await lostTrigger();
    const dry = await stage.run('trigger', '4', '--date', DATE, '--dry-run', '--json');
    const sent = await stage.run('trigger', '4', '--date', DATE, '--json');
    expect(sent.exit_code).toBe(0);
    expect(JSON.parse(sent.out).message.execution_id).toBe(JSON.parse(dry.out).message.execution_id);
    await fannedIn(stage, 'published');
    const swept = await stage.run('trigger', 'sweep', '--json');
    expect(JSON.parse(swept.out).calls[0].answer).toMatchObject({ published: [], pending: [] });
    await ran(stage, 'phase_4_precompute', 3);
    const refused = await stage.run('trigger', '4', '--date', DATE, '--level', '1');
    expect(refused.exit_code).toBe(1);
    expect(refused.out).toContain('--again');
  });

  test('a level whose inputs have not run is refused by name, and sent with --incomplete only', async () => {
    stage = await openStage();
    const { exit_code, out } = await stage.run('trigger', '4', '--date', DATE, '--incomplete');
    expect(out).toContain('level 1 waits for player_game_summary');
    expect(out).toContain('there is nothing that it could read');
    expect(exit_code).toBe(1);
  });
});

describe('dead letters', () => {
  const TOPIC = 'nba-phase3-analytics-complete';
  const COMPLETION = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion')?.payload as object;

  test('are listed with the error of their receiver, and looking takes nothing away', async () => {
    stage = await openStage(SOON_DEAD);
    const id = await deadLetter(stage, TOPIC, { ...COMPLETION, processor_name: 'nobody', game_date: DATE });
    for (const command of ['list', 'show', 'list']) {
      const { exit_code, out } = await stage.run('dead-letters', command, '--topic', TOPIC);
      expect(exit_code).toBe(1);
      expect(out).toContain(`message ${id}`);
      expect(out).toContain('[UNKNOWN_PROCESSOR] processor_name must be one of player_game_summary');
    }
    const status = await stage.run('status', '--date', DATE);
    expect(status.out).toContain(`1 dead letter waits on ${TOPIC}, refused by phase3-to-phase4-orchestrator`);
    const kept = await stage.run('dead-letters', 'replay', '--all');
    expect(kept.out).toContain('kept, since it would be refused again');
    expect(kept.exit_code).toBe(1);
    expect(await stage.letters.peek(TOPIC)).toHaveLength(1);
  });

  test('that can succeed go out again with the same bytes and attributes, and then are gone', async () => {
    stage = await openStage(SOON_DEAD);
    await stage.stopComponent('phase3-to-phase4-orchestrator');
    const payload = { ...COMPLETION, game_date: DATE, later_field: 'kept' };
    const id = await deadLetter(stage, TOPIC, payload);
    const [watch] = await stage.pubsub.topic(TOPIC).createSubscription('watch');
    const seen = new Promise<{ data: Buffer; attributes: object }>((resolve) => {
      watch.on('message', (message) => {
        message.ack();
        resolve(message);
      });
    });
    const dry = await stage.run('dead-letters', 'replay', '--message', id, '--dry-run');
    expect(dry.out).toContain('would be published again');
    const { exit_code, out } = await stage.run('dead-letters', 'replay', '--message', id);
    expect(out).toContain('the dead letter is gone');
    expect(exit_code).toBe(0);
    const again = await seen;
    expect(JSON.parse(again.data.toString('utf8'))).toEqual(payload);
    expect(again.attributes).toEqual({ game_date: DATE });
    await watch.close();
    expect((await stage.letters.peek(TOPIC)).map(({ message_id }) => message_id)).not.toContain(id);
  });

  test('what is not JSON is shown as it is', async () => {
    stage = await openStage(SOON_DEAD);
    await deadLetter(stage, TOPIC, 'not json');
    const { out } = await stage.run('dead-letters', 'show');
    expect(out).toContain('[INVALID_JSON]');
    expect(out).toContain('not JSON: "not json"');
  });
});
