import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import { BATCH_LIFE } from '../../../conformance/checks/coordinator/answers.ts';
import { judgeStatuses } from '../../../conformance/checks/drawn/model/predictions/statuses.ts';
import { judgeOutputs } from '../../../conformance/checks/judging/outputs.ts';
import type { History, Json, Payload } from '../../../conformance/history/events.ts';
import { CASCADE, completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from './pipeline-story.ts';
import { DATE, message, type Story, story } from './story.ts';

const PRECOMPUTE = 'nba-phase4-processor-complete';

/** The MUSTs and SHOULDs that any check tells of a history of these components. */
function accused(told: Story, component: string): readonly string[] {
  const own = CHECKS.filter(({ components }) => components.length === 1 && components[0] === component);
  const found = own.flatMap((check) => check.judge(told.history()).map(({ requirement }) => requirement));
  return [...new Set(found)].sort();
}

/** The same message with every execution_id in capitals, as a store that keeps UUIDs gives them back. */
function inCapitals(payload: Payload): Payload {
  const text = JSON.stringify(payload);
  return JSON.parse(
    text.replace(/"execution_id":"([^"]*)"/g, (_, id: string) => `"execution_id":"${id.toUpperCase()}"`),
  ) as Payload;
}

describe('an execution_id in capitals names the same run', () => {
  // Ids with letters in them.
  const withLetters = (level: 1 | 2): readonly Payload[] =>
    completions(level).map((one, index) => ({
      ...one,
      execution_id: `7acff91f-5d0a-4c39-9f4b-6a1d5c0e7b2${index}`,
    }));

  test.each([
    [1, FAN_IN],
    [2, CASCADE],
  ] as const)('a trigger of level %i that lists its runs so is accused of nothing', (level, component) => {
    const tell = (change: (payload: Payload) => Payload): Story => {
      const told = story();
      const set = withLetters(level);
      deliverSet(told, level, set);
      told.publish(TRIGGER, change(triggerOf(level, set)));
      return told;
    };
    expect(accused(tell(inCapitals), component)).toEqual(
      accused(
        tell((payload) => payload),
        component,
      ),
    );
  });

  test('a trigger that lists another run is accused all the same', () => {
    const told = story();
    const set = withLetters(1);
    deliverSet(told, 1, set);
    const strange = completions(1);
    told.publish(TRIGGER, inCapitals(triggerOf(1, strange)));
    expect(accused(told, FAN_IN)).toContain('FANIN-010');
  });
});

describe('COORD-015, COORD-016, COORD-018 the word of a start counts, and not the form of its body', () => {
  const lived = (bodyOf: (word: string) => Json): readonly string[] => {
    const told = story();
    const request = (batch_id: string) =>
      message('PredictionRequest', { batch_id, player_lookup: 'ann', run: 1, attempt: 1 });
    told.request('/start', 202);
    told.publish('nba-phase5-prediction-request', request('first'));
    const calls = told.history().length;
    told.request('/start', 200, 'POST', bodyOf('already_running'));
    told.mark('COORD-015');
    told.request('/start', 200, 'POST', bodyOf('already_running'));
    told.mark('COORD-018');
    told.request('/start', 200, 'POST', bodyOf('already_complete'));
    told.mark('COORD-016');
    told.request('/start', 202);
    told.publish('nba-phase5-prediction-request', request('second'));
    // The first start prepares the case and is no request of it.
    return BATCH_LIFE.judge(told.history().slice(calls - 1)).map(({ requirement }) => requirement);
  };

  test.each<readonly [string, (word: string) => Json]>([
    ['as a field status', (word) => ({ status: word })],
    ['as a field of another name, beside others', (word) => ({ game_date: DATE, outcome: word, round: 1 })],
    ['as a text', (word) => word],
    ['as a sentence', (word) => `nothing was done: ${word}.`],
  ])('%s', (_, bodyOf) => expect(lived(bodyOf)).toEqual([]));

  test('another word, or none, is accused', () => {
    expect(lived(() => ({ status: 'started' }))).toEqual(['COORD-015', 'COORD-018', 'COORD-016']);
    expect(lived(() => null)).toEqual(['COORD-015', 'COORD-018', 'COORD-016']);
  });
});

describe('COORD-024 a status may tell more than a BatchStatus', () => {
  const status = (more: Payload): History => {
    const told = story();
    told.request(`/status?game_date=${DATE}`, 200, 'GET', {
      game_date: DATE,
      run: 1,
      state: 'none',
      batch_id: null,
      players_requested: 0,
      players_completed: 0,
      players_failed: 0,
      coverage_percent: 0,
      ...more,
    });
    return told.history();
  };

  test('a field that the contract does not have is accused of nothing', () => {
    expect(
      judgeStatuses(status({ generated_at: '2031-03-05T10:00:00Z', notes: [{ of: 'the day' }] })),
    ).toEqual([]);
  });

  test('a wrong count is', () => {
    const found = judgeStatuses(status({ players_completed: 3 }));
    expect(found.map(({ requirement }) => requirement)).toEqual(['COORD-024']);
  });
});

describe('CASC-014 a program that gives up a slow call publishes again, and is not told of it', () => {
  const again = (ms_until_nack: number): readonly string[] => {
    const told = story();
    const set = completions(2);
    deliverSet(told, 2, set.slice(0, -1));
    const [last = {}] = set.slice(-1);
    told.deliver(CASCADE, PRECOMPUTE, last, { status: 503, message_id: 'last' });
    const history = [...told.history()];
    const nack = history.pop();
    const rest = story();
    rest.publish(TRIGGER, triggerOf(2, set));
    rest.deliver(CASCADE, PRECOMPUTE, last, { message_id: 'last' });
    rest.publish(TRIGGER, triggerOf(2, set));
    const [first, ...others] = rest.history();
    if (nack === undefined || first === undefined) throw new Error('no nack');
    const at = history.length;
    const whole: History = [
      ...history,
      { ...first, sequence: at + 1, at_ms: at + 1 },
      { ...nack, sequence: at + 2, at_ms: at + 1 + ms_until_nack },
      ...others.map((event, index) => ({
        ...event,
        ...(event.kind === 'answer' ? { delivery: at + 3 } : {}),
        sequence: at + 3 + index,
        at_ms: at + ms_until_nack + 3 + index,
      })),
    ];
    return judgeOutputs(whole, CASCADE, { repeated: 'CASC-014' }).map(({ requirement }) => requirement);
  };

  test('after a nack that came three seconds after the publish', () => expect(again(3_000)).toEqual([]));

  test('but a nack that came at once excuses nothing', () => expect(again(20)).toEqual(['CASC-014']));
});
