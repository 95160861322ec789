import { describe, expect, test } from 'vitest';
import type { SituationName } from '../../../conformance/checks/situations/all.ts';
import { SITUATIONS, situationCalled } from '../../../conformance/checks/situations/all.ts';
import type { EventDraft } from '../../../conformance/history/events.ts';
import {
  answer,
  call,
  commit,
  DATE,
  deliver,
  happened,
  hold,
  process,
  publish,
  request,
  response,
} from './happenings.ts';

const ONE = { processor_name: 'team_defense_zone_analysis', status: 'success' };
const OTHER = { processor_name: 'player_daily_cache', status: 'success' };
const LEVEL_2 = { processor_name: 'player_composite_factors', status: 'success' };
const LEVEL_3 = { processor_name: 'ml_feature_store_v2', status: 'success' };
const FAILED = { ...ONE, status: 'failed' };
const BACKFILL = { ...ONE, skip_downstream_trigger: true };

/** A name, what makes it happen once, and what almost does. */
const CASES: readonly (readonly [SituationName, readonly EventDraft[], readonly EventDraft[]])[] = [
  [
    'deliveries at once',
    [deliver('1', ONE), deliver('2', OTHER), answer(1), answer(2)],
    [deliver('1', ONE), answer(1), deliver('2', OTHER), answer(3)],
  ],
  [
    'deliveries at once',
    [deliver('1', ONE), deliver('2', OTHER), answer(2), answer(1)],
    [deliver('1', ONE), deliver('2', { ...OTHER, game_date: '2031-03-06' }), answer(1), answer(2)],
  ],
  [
    'duplicate before the ack',
    [deliver('1', ONE), deliver('2', ONE), answer(1), answer(2)],
    [deliver('1', ONE), deliver('2', OTHER), answer(1), answer(2)],
  ],
  [
    'redelivery after a lost ack',
    [deliver('1', ONE), answer(1), deliver('1', ONE), answer(3)],
    [deliver('1', ONE), answer(1, 503), deliver('1', ONE), answer(3)],
  ],
  [
    'same message, new id',
    [deliver('1', ONE), answer(1), deliver('2', ONE), answer(3)],
    [deliver('1', ONE), answer(1), deliver('1', ONE), answer(3)],
  ],
  [
    'redelivery after a nack',
    [deliver('1', ONE), answer(1, 503), deliver('1', ONE), answer(3)],
    [deliver('1', ONE), answer(1, null), deliver('1', ONE), answer(3, 503)],
  ],
  [
    'invalid before valid',
    [deliver('1', ONE, { defect: 'no date' }), answer(1, 400), deliver('2', ONE), answer(3)],
    [deliver('2', ONE), answer(1), deliver('1', ONE, { defect: 'no date' }), answer(3, 400)],
  ],
  [
    'requests at once',
    [request(), request(), response(1), response(2)],
    [request(), response(1), request(), response(3)],
  ],
  [
    'duplicate between read and commit',
    [deliver('1', ONE), hold('commit', 'strikes'), deliver('2', ONE), answer(3, 503), commit(), answer(1)],
    [deliver('1', ONE), hold('commit', 'strikes'), commit(), deliver('2', ONE), answer(4), answer(1)],
  ],
  [
    'retry after a conflict',
    [call('Commit', 'ABORTED'), commit(), call('Commit')],
    [call('Commit', 'ABORTED'), commit(), call('Commit', 'OK', '2031-03-06')],
  ],
  [
    'store refused, then recovered',
    [call('Commit', 'PERMISSION_DENIED'), commit(), call('Commit')],
    [commit(), call('Commit'), call('Commit', 'PERMISSION_DENIED')],
  ],
  [
    'commit of unknown outcome',
    [commit(), call('Commit', 'DEADLINE_EXCEEDED')],
    [commit(), call('Commit'), call('Commit', 'DEADLINE_EXCEEDED')],
  ],
  [
    'commit held back',
    [
      deliver('1'),
      hold('commit', 'strikes'),
      deliver('2'),
      answer(3, 400),
      hold('commit', 'ends'),
      answer(1),
    ],
    [deliver('1'), hold('commit', 'strikes'), hold('commit', 'ends'), answer(1)],
  ],
  [
    'publish refused, then repeated',
    [call('Publish', 'PERMISSION_DENIED'), publish(), call('Publish')],
    [publish(), call('Publish', 'UNAVAILABLE'), publish(), call('Publish')],
  ],
  [
    'publish of unknown outcome',
    [publish(), call('Publish', 'UNAVAILABLE')],
    [call('Publish', 'UNAVAILABLE'), publish(), call('Publish')],
  ],
  [
    'publish held back',
    [deliver('1'), hold('publish to any topic', 'strikes'), deliver('2'), answer(3, 400), answer(1)],
    [deliver('1'), answer(1), hold('publish to any topic', 'strikes')],
  ],
  [
    'killed with a delivery in flight',
    [deliver('1'), process('killed'), answer(1, null)],
    [deliver('1'), answer(1), process('killed')],
  ],
  [
    'delivery after a restart',
    [process('killed'), process('started'), deliver('1'), answer(3)],
    [process('killed'), process('started'), deliver('1', {}, { component: 'phase2-raw' }), answer(3)],
  ],
  [
    'levels out of order',
    [deliver('1', LEVEL_3), answer(1), deliver('2', LEVEL_2), answer(3)],
    [deliver('1', ONE), answer(1), deliver('2', LEVEL_2), answer(3)],
  ],
  [
    'failure before success',
    [deliver('1', FAILED), answer(1), deliver('2', ONE), answer(3)],
    [deliver('1', FAILED), answer(1), deliver('2', OTHER), answer(3)],
  ],
  [
    'failure after success',
    [deliver('1', ONE), answer(1), deliver('2', FAILED), answer(3)],
    [deliver('1', FAILED), answer(1), deliver('2', ONE), answer(3)],
  ],
  [
    'backfill before live',
    [deliver('1', BACKFILL), answer(1), deliver('2', ONE), answer(3)],
    [deliver('1', ONE), answer(1), deliver('2', BACKFILL), answer(3)],
  ],
  [
    'two runs of a date',
    [deliver('1', ONE), answer(1), deliver('2', { ...ONE, metadata: { run: 2 } }), answer(3)],
    [deliver('1', ONE), answer(1), deliver('2', { ...ONE, metadata: { run: 1 } }), answer(3)],
  ],
  [
    'status of a past date with a batch',
    [asksFor('1990-01-02'), status('1990-01-02')],
    [status('1990-01-02'), asksFor('1990-01-02'), status('1990-01-03'), asksFor(DATE), status(DATE)],
  ],
  [
    'days that differ by zone',
    [mark('today', '2031-03-05'), mark('today in UTC', '2031-03-06')],
    [mark('today', '2031-03-05'), mark('today in UTC', '2031-03-05')],
  ],
];

function asksFor(game_date: string): EventDraft {
  return { ...publish(), topic: 'nba-phase5-prediction-request', message: { game_date } } as EventDraft;
}

function status(game_date: string): EventDraft {
  return { ...request(), method: 'GET', path: `/status?game_date=${game_date}` } as EventDraft;
}

function mark(name: string, sentence: string): EventDraft {
  return { kind: 'marker', name, sentence, marks: ['case'] };
}

describe('a situation is counted when it happened, and not when it almost did', () => {
  test.each(CASES)('%s', (name, once, almost) => {
    expect(situationCalled(name).count(happened(...once))).toBe(1);
    expect(situationCalled(name).count(happened(...almost))).toBe(0);
  });

  test('every situation is tried here', () => {
    expect([...new Set(CASES.map(([name]) => name))].sort()).toEqual(
      SITUATIONS.map(({ name }) => name).sort(),
    );
  });
});
