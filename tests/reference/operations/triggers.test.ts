import { beforeAll, describe, expect, test } from 'vitest';
import type { ProcessorRunHistory, TriggerRecord } from '../../../generated/models.ts';
import { TOPICS } from '../../../generated/topology.ts';
import { validate } from '../../../generated/validation.ts';
import { announceAgain } from '../../../reference/operations/triggers/announce.ts';
import { decideOverride } from '../../../reference/operations/triggers/decide-override.ts';
import { planTrigger } from '../../../reference/operations/triggers/decide-plan.ts';
import { decideCompletion } from '../../../reference/orchestration/decide.ts';
import { type CompletionState, readOrchestrator } from '../../../reference/orchestration/state.ts';
import type { MemoryPorts } from '../memory-ports.ts';
import { DATE, NOW, runInMemory } from './snapshots.ts';

let ports: MemoryPorts;
let history: readonly ProcessorRunHistory[];

beforeAll(async () => {
  ports = await runInMemory();
  history = [...ports.history.values()];
});

const fanIn = readOrchestrator('phase3-to-phase4-orchestrator');
const [level1] = fanIn.levels;
if (level1 === undefined) throw new Error('expected level 1');

const wish = {
  now: NOW,
  claimant: 'operator',
  publish_claim_seconds: 60,
  abandoned: new Set<string>(),
  game_date: DATE,
  run: 1,
  level: level1,
  again: false,
  incomplete: false,
};

const stateWith = (changes: Partial<TriggerRecord>): CompletionState => {
  const state = ports.stored.get(`phase3_completion/${DATE}`) as CompletionState & {
    _trigger: TriggerRecord;
  };
  return { ...state, _trigger: { ...state._trigger, ...changes } };
};
const PENDING = { status: 'pending', published_at: null, message_id: null } as const;

describe('IDEM-001 a completion that is announced again', () => {
  test('is the message that was sent, but for who triggered it', () => {
    for (const run of history) {
      const again = announceAgain(run);
      if (again === undefined) continue;
      const sent = ports.published.find(
        ({ topic, message }) => topic === again.topic && message['execution_id'] === run.execution_id,
      );
      const name = TOPICS[again.topic as keyof typeof TOPICS].messages[0];
      expect(validate(name, 'send', again.message)).toEqual([]);
      const { workflow: _, ...message } = { ...sent?.message };
      expect(again.message).toMatchObject({ ...message, trigger_source: 'manual', trigger_message_id: null });
    }
  });
});

describe('what a trigger by hand sends', () => {
  type Target = Parameters<typeof planTrigger>[0]['target'];
  const wishOf = (target: Target) => ({ target, game_date: DATE, run: 1, force: false });
  const plan = (target: Target, processor: string | null = null) =>
    planTrigger({ ...wishOf(target), processor }, history);

  test.each([
    ['2', 'nba-phase1-scrapers-complete', 6],
    ['3', 'nba-phase2-raw-complete', 6],
    ['fan-in', 'nba-phase3-analytics-complete', 5],
    ['cascade', 'nba-phase4-processor-complete', 5],
  ] as const)('%s announces on %s', (target, topic, count) => {
    const planned = plan(target);
    const topics = planned.kind === 'messages' ? planned.announcements.map((sent) => sent.topic) : [];
    expect(topics).toEqual(Array.from({ length: count }, () => topic));
  });

  test('1, 5, retry and sweep are calls that the contract lists', () => {
    const paths = (['1', '5', 'retry', 'sweep'] as const).map((target) => {
      const planned = plan(target);
      return planned.kind === 'calls'
        ? planned.calls.map(({ component, path }) => `${component}${path}`)
        : [];
    });
    expect(paths).toEqual([
      ['phase1-scrapers/scrape'],
      ['phase5-coordinator/start'],
      ['phase5-coordinator/retry'],
      ['phase3-to-phase4-orchestrator/sweep', 'phase4-orchestrator/sweep'],
    ]);
  });

  const silent = (run: ProcessorRunHistory): ProcessorRunHistory => ({
    ...run,
    execution_id: run.execution_id.replace(/^./, 'f'),
    skip_downstream_trigger: true,
    backfill_mode: true,
    backfill_reason: 'historical_load',
  });

  test('BACK-004 a live run can be announced again although a backfill came after it', () => {
    const both = [...history, ...history.map(silent)];
    const planned = planTrigger({ ...wishOf('3'), processor: null }, both);
    expect(planned).toEqual(plan('3'));
  });

  test('BACK-001 a date that was only loaded is announced as what it is, which is held back', () => {
    const planned = planTrigger({ ...wishOf('3'), processor: null }, history.map(silent));
    const messages = planned.kind === 'messages' ? planned.announcements.map(({ message }) => message) : [];
    expect(messages.map((message) => message['skip_downstream_trigger'])).toEqual(Array(6).fill(true));
  });

  test('a processor without a run is refused, saying what to trigger', () => {
    expect(() => plan('3', 'nobody')).toThrow(
      /announces a run of nobody in phase_2_raw again.*trigger the phase before/,
    );
  });
});

describe('FANIN-009 the trigger of a level, sent past its orchestrator', () => {
  const decide = (state: CompletionState | undefined, changes: object = {}) =>
    decideOverride(state, { ...wish, history, ...changes }, fanIn);

  test('that is out is sent again only when asked for, unchanged', () => {
    const state = stateWith({});
    const [same, refused] = decide(state);
    expect(same).toBe(state);
    expect(refused).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('--again') });
    const [kept, sent] = decide(state, { again: true });
    expect(kept).toBe(state);
    expect(sent).toEqual({
      kind: 'send',
      message: (state['_trigger'] as TriggerRecord).message,
      missing: [],
    });
  });

  test('that another is publishing is refused; an expired claim is taken over', () => {
    const held = { ...PENDING, claimed_by: 'instance-7', claim_expires_at: '2024-01-15T11:30:30.000Z' };
    expect(decide(stateWith(held))[1]).toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining('being published by instance-7 until 2024-01-15T11:30:30.000Z'),
    });
    const [next, effect] = decide(stateWith({ ...held, claim_expires_at: '2024-01-15T11:29:59.000Z' }));
    expect(effect.kind).toBe('send');
    expect(next?.['_trigger']).toMatchObject({
      status: 'pending',
      claimed_by: 'operator',
      claim_expires_at: '2024-01-15T11:31:00.000Z',
    });
  });

  test('that nobody holds is sent as it was decided; what the orchestrator has counted stands', () => {
    const free = { ...PENDING, claimed_by: null, claim_expires_at: null };
    expect(decide(stateWith(free))[1].kind).toBe('send');
    const { _trigger: _, ...counted } = stateWith({});
    const [next, effect] = decide(counted, { history: [] });
    expect(effect.kind).toBe('send');
    expect(next?.['player_game_summary']).toEqual(counted['player_game_summary']);
  });

  test('that was never decided is built with the id that the orchestrator would use, and recorded', () => {
    const [next, effect] = decide(undefined);
    const original = (stateWith({})['_trigger'] as TriggerRecord).message;
    if (effect.kind !== 'send' || next === undefined) throw new Error('expected it to be sent');
    expect(effect.message).toMatchObject({ execution_id: original.execution_id, trigger_source: 'manual' });
    expect(effect.message.metadata.upstream).toEqual(original.metadata.upstream);
    expect(validate('Phase4Trigger', 'send', effect.message)).toEqual([]);
    expect(validate('Phase3CompletionState', 'send', next)).toEqual([]);
  });

  test('FANIN-013 the orchestrator that hears the completions later sends no second one', () => {
    let [state] = decide(undefined);
    for (const run of history.filter(({ phase }) => phase === 'phase_3_analytics')) {
      const [next, effect] = decideCompletion(
        state,
        {
          ...wish,
          claimant: 'a later delivery',
          now: '2024-01-15T11:30:10.000Z',
          received_at: NOW,
          message_id: 'm',
          processor: run.processor_name,
          execution_id: run.execution_id,
          correlation_id: run.correlation_id,
          status: run.status,
          completed_at: run.finished_at,
          backfill_mode: false,
          backfill_reason: null,
        },
        fanIn,
      );
      expect(effect.publish).toEqual([]);
      state = next;
    }
  });

  test('waits for what has not run, unless told to go on without', () => {
    const four = history.filter(({ processor_name }) => processor_name !== 'player_game_summary');
    expect(decide(undefined, { history: four })[1]).toMatchObject({
      kind: 'refused',
      sentence: expect.stringMatching(/level 1 waits for player_game_summary: .*--incomplete/),
    });
    const [, effect] = decide(undefined, { history: four, incomplete: true });
    expect(effect).toMatchObject({
      kind: 'send',
      missing: ['player_game_summary'],
      message: { record_count: 4 },
    });
  });

  test.each(['failed', 'no_data'] as const)('a run that ended %s does not stand in', (status) => {
    const spoilt = history.map((run) =>
      run.processor_name === 'player_game_summary' ? { ...run, status } : run,
    );
    expect(decide(undefined, { history: spoilt })[1].kind).toBe('refused');
  });

  test('a backfill that triggers nothing does not stand in', () => {
    const backfill = history.map((run) => ({ ...run, skip_downstream_trigger: true }));
    expect(decide(undefined, { history: backfill, incomplete: true })[1].kind).toBe('refused');
  });
});
