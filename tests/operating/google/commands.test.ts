import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type GoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { lendCloud } from '../../cloud/lend.ts';
import { requireScene, type Scene } from '../stage/scenes.ts';

const DATE = '2024-01-16';
/** Longer than a scene waits for one thing, so that the scene can say for what. */
const PATIENCE_MS = 240_000;

let emulators: GoogleEmulators;
let scene: Scene | undefined;

beforeAll(async () => {
  emulators = await startGoogleEmulators();
  process.env['LOG_LEVEL'] = 'fatal';
  lendCloud(emulators);
}, PATIENCE_MS);

afterEach(async () => {
  await scene?.stage.close();
  scene = undefined;
});

afterAll(() => emulators.stop());

async function open(name: string) {
  scene = await requireScene(name);
  return scene;
}

describe("the operating commands on Google's emulators", () => {
  test(
    'a date is scraped, watched to its end, traced and run again',
    async () => {
      const { stage } = await open('idle');
      expect((await stage.run('status', '--date', DATE)).exit_code).toBe(1);
      expect((await stage.run('trigger', '1', '--date', DATE)).exit_code).toBe(0);
      const status = await stage.run('status', '--date', DATE, '--wait', '150');
      expect(status.out).toContain('COMPLETE');
      expect((await stage.run('trace', '--date', DATE)).out).toContain('× prediction_worker  success');
      expect((await stage.run('rerun', '--date', DATE, '--dry-run')).out).toContain(`run 2 of ${DATE}`);
    },
    PATIENCE_MS,
  );

  test(
    'a lost trigger is seen and swept',
    async () => {
      const { stage } = await open('lost-trigger');
      expect((await stage.run('status', '--date', DATE)).out).toContain('is pending in phase3_completion');
      expect((await stage.run('trigger', 'sweep')).exit_code).toBe(0);
      expect((await stage.run('status', '--date', DATE, '--wait', '150')).out).toContain('COMPLETE');
    },
    PATIENCE_MS,
  );

  test(
    'dead letters are listed twice, replayed once, and the date goes on',
    async () => {
      const { stage } = await open('orchestrator-was-down');
      for (const _ of [1, 2]) {
        expect((await stage.run('dead-letters', 'list')).out).toContain('5 dead letters. 5 can succeed');
      }
      const replayed = await stage.run('dead-letters', 'replay', '--all');
      expect(replayed.out.match(/the dead letter is gone/g)).toHaveLength(5);
      expect((await stage.run('status', '--date', DATE, '--wait', '150')).out).toContain('COMPLETE');
      expect((await stage.run('dead-letters', 'list')).out).toContain('No dead letters.');
    },
    PATIENCE_MS,
  );

  test(
    'a range is loaded as history, and once only',
    async () => {
      const { stage } = await open('idle');
      const range = ['backfill', '--from', '2024-01-15', '--to', DATE];
      expect((await stage.run(...range)).out).toContain('2 loaded. Nothing was triggered downstream.');
      expect((await stage.run(...range)).out).toContain('2 loaded before.');
    },
    PATIENCE_MS,
  );
});
