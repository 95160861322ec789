import { describe, expect, test } from 'vitest';
import { DELIVERY, READINESS } from '../../../generated/topology.ts';
import { readSettings } from '../../../reference/ports/settings.ts';

const PROJECT = { GOOGLE_CLOUD_PROJECT: 'p' };

describe('settings', () => {
  test('are the contract’s unless the environment says otherwise', () => {
    expect(readSettings(PROJECT)).toEqual({
      project: 'p',
      lease_seconds: DELIVERY.lease_seconds,
      publish_claim_seconds: DELIVERY.publish_claim_seconds,
      phase4_wait_seconds: READINESS.wait_seconds_max,
      phase4_poll_seconds: READINESS.poll_seconds,
      simulated_seasons: null,
      simulated_seed: 1,
      slate_replay_date: null,
      slate_replay_games: null,
      clock_start: null,
    });
  });

  test('can all be set', () => {
    const environment = {
      GCLOUD_PROJECT: 'q',
      LEASE_SECONDS: '5',
      PUBLISH_CLAIM_SECONDS: '0.5',
      PHASE4_WAIT_SECONDS: '10',
      PHASE4_POLL_SECONDS: '1',
      SIMULATED_SEASONS: '4',
      SIMULATED_SEED: '7',
      SLATE_REPLAY_DATE: '2024-01-15',
      SLATE_REPLAY_GAMES: '2',
      CLOCK_START: '2024-01-15T12:00:00Z',
    };
    expect(readSettings(environment)).toEqual({
      project: 'q',
      lease_seconds: 5,
      publish_claim_seconds: 0.5,
      phase4_wait_seconds: 10,
      phase4_poll_seconds: 1,
      simulated_seasons: 4,
      simulated_seed: 7,
      slate_replay_date: '2024-01-15',
      slate_replay_games: 2,
      clock_start: '2024-01-15T12:00:00Z',
    });
  });

  test('a clock that is so many seconds ahead starts there', () => {
    const { clock_start } = readSettings({ ...PROJECT, CLOCK_AHEAD_SECONDS: '-3600' });
    const ahead_ms = Date.parse(clock_start ?? '') - Date.now();
    expect(Math.abs(ahead_ms + 3_600_000)).toBeLessThan(60_000);
  });

  test.each([
    ['no project', {}, 'GOOGLE_CLOUD_PROJECT must name a project'],
    [
      'a lease that is no number',
      { ...PROJECT, LEASE_SECONDS: 'x' },
      'LEASE_SECONDS must be a number above 0, got "x"',
    ],
    ['a lease of nothing', { ...PROJECT, LEASE_SECONDS: '0' }, 'LEASE_SECONDS must be a number above 0'],
    ['a clock that is no time', { ...PROJECT, CLOCK_START: 'noon' }, 'CLOCK_START must be a UTC time'],
    [
      'a clock on Cloud Run',
      { ...PROJECT, CLOCK_START: '2024-01-15T12:00:00Z', K_SERVICE: 's' },
      'CLOCK_START is for runs on one machine',
    ],
    [
      'a clock that is no number of seconds ahead',
      { ...PROJECT, CLOCK_AHEAD_SECONDS: 'much' },
      'CLOCK_AHEAD_SECONDS must be a number of seconds, got "much"',
    ],
    [
      'a clock that is ahead on Cloud Run',
      { ...PROJECT, CLOCK_AHEAD_SECONDS: '60', K_SERVICE: 's' },
      'CLOCK_AHEAD_SECONDS is for runs on one machine',
    ],
  ])('%s is refused', (_name, environment, sentence) => {
    expect(() => readSettings(environment)).toThrow(sentence);
  });
});
