import type { PubSub } from '@google-cloud/pubsub';
import type { ProcessorClaim, TriggerRecord } from '../../../generated/models.ts';
import { SUBSCRIPTIONS, TOPIC } from '../../../generated/topology.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';
import { provision } from '../../local/provision.ts';
import type { ComponentCalls } from '../../operations/calls/component-calls.ts';
import type { DeadLetters } from '../../operations/dead-letters/replay.ts';
import { announceAgain } from '../../operations/triggers/announce.ts';
import { planTrigger } from '../../operations/triggers/decide-plan.ts';
import { type CompletionState, readOrchestrator, statePath } from '../../orchestration/state.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Drill, Drills } from './drills.ts';
import { abandonedClaim, unpublishedTrigger } from './left-behind.ts';

/** The pipeline that is broken on purpose: one that runs on this machine, and nowhere else. */
export interface PracticePlace {
  /** The date that is run again for each drill; its figures must be there. */
  readonly game_date: string;
  readonly ports: Ports;
  readonly letters: DeadLetters;
  readonly calls: ComponentCalls;
  readonly pubsub: PubSub;
  readonly addresses: Readonly<Record<string, string>>;
  stopComponent(name: string): Promise<void>;
  startComponent(name: string): Promise<void>;
}

const FAN_IN = 'phase3-to-phase4-orchestrator';
/** How long the instance that dies in the middle has promised to be done. */
const CLAIM_SECONDS = 30;
const LOOK_AGAIN_MS = 100;
const PATIENCE_MS = 120_000;

const DRILLS: Readonly<
  Record<string, Omit<Drill, 'name'> & { readonly act: (place: PracticePlace) => Promise<string> }>
> = {
  'lost-trigger': {
    title: 'Lose a trigger',
    sentence: 'The 3-to-4 orchestrator decides the trigger of level 1 and dies before it has published it.',
    page: 'orchestrator-state.md#a-trigger-that-is-pending',
    act: loseTrigger,
  },
  'unheard-tables': {
    title: 'Lose the word of the raw tables',
    sentence: 'Phase 3 never hears that the raw tables are there.',
    page: 'failures.md#a-phase-that-got-no-message',
    act: loseTables,
  },
  'delayed-processor': {
    title: 'Delay a processor',
    sentence: `An instance takes player_game_summary and dies; nobody else does the work before its claim runs out, after ${CLAIM_SECONDS} s.`,
    page: 'failures.md#an-instance-that-died-in-the-middle',
    act: delayProcessor,
  },
  'orchestrator-down': {
    title: 'Stop the 3-to-4 orchestrator',
    sentence: 'It is down until every completion of Phase 3 is a dead letter; then it is well again.',
    page: 'dead-letters.md#the-receiver-was-down',
    act: stopOrchestrator,
  },
  'unknown-name': {
    title: 'Send a poison message',
    sentence: 'A sender says a processor name that the contract does not know.',
    page: 'dead-letters.md#the-message-is-wrong',
    act: sendPoison,
  },
  'delivered-twice': {
    title: 'Deliver everything twice',
    sentence: 'Every completion of Phase 3 comes once more. Nothing must happen.',
    page: 'failures.md',
    act: deliverTwice,
  },
};

/** Offer the drills on a pipeline of this machine. Each runs the date again as its next run, so that it begins from nothing. */
export function createPractice(place: PracticePlace): Drills {
  let begun: Promise<unknown> = Promise.resolve();
  return {
    list: Object.entries(DRILLS).map(([name, { act: _act, ...drill }]) => ({ name, ...drill })),
    begin(name) {
      const drill = DRILLS[name];
      if (drill === undefined) {
        const known = Object.keys(DRILLS).join(', ');
        throw new PipelineError('INVALID_REQUEST', `drill must be one of ${known}, got "${name}"`);
      }
      // One at a time: two would break each other.
      const beginning = begun.then(() => drill.act(place));
      begun = beginning.catch(() => undefined);
      return beginning;
    },
  };
}

async function loseTrigger(place: PracticePlace): Promise<string> {
  const { ports, game_date } = place;
  // Whoever publishes the trigger finds nobody behind it; then the record is put back to what a crash leaves.
  await unsubscribe(place, 'phase4-precompute');
  const run = await runAgain(place);
  const path = statePath(readOrchestrator(FAN_IN), game_date, run);
  await until(place, `the trigger of level 1 in ${path}`, async () => {
    const state = await ports.documents.get<CompletionState>(path);
    return (state?.['_trigger'] as TriggerRecord | undefined)?.status === 'published';
  });
  await ports.documents.update<CompletionState, null>(path, (state) => {
    const trigger = state?.['_trigger'] as TriggerRecord;
    return [{ ...state, _trigger: unpublishedTrigger(trigger, ports.clock.now().toISOString()) }, null];
  });
  await provision(place.pubsub, place.addresses);
  return `run ${run} of ${game_date}: the trigger of level 1 is pending in ${path}, and its instance is gone`;
}

async function loseTables(place: PracticePlace): Promise<string> {
  const run = await runUnheard(place);
  await provision(place.pubsub, place.addresses);
  return `run ${run} of ${place.game_date}: phase3-analytics has heard nothing, and what was sent to it is lost; the page says so after two minutes`;
}

async function delayProcessor(place: PracticePlace): Promise<string> {
  const { game_date, ports } = place;
  const run = await runUnheard(place);
  const until_ms = ports.clock.now().getTime() + CLAIM_SECONDS * 1000;
  await ports.documents.update<ProcessorClaim, null>(
    `processor_claims/${encodeURIComponent(`player_game_summary.${game_date}.r${run}`)}`,
    () => [abandonedClaim(new Date(until_ms).toISOString()), null],
  );
  await provision(place.pubsub, place.addresses);
  return `run ${run} of ${game_date}: instance-7 has begun player_game_summary and is gone; its claim stands for ${CLAIM_SECONDS} s`;
}

/** Run the date again while nobody hears what Phase 2 says; whoever calls it lets Phase 3 hear again. */
async function runUnheard(place: PracticePlace): Promise<number> {
  await unsubscribe(place, 'phase3-analytics');
  const run = await runAgain(place);
  await ran(place, run, 'phase_2_raw', 6);
  return run;
}

async function stopOrchestrator(place: PracticePlace): Promise<string> {
  await place.stopComponent(FAN_IN);
  const run = await runAgain(place);
  await ran(place, run, 'phase_3_analytics', 5);
  await until(place, 'five dead letters', async () => {
    const letters = await place.letters.peek(TOPIC.phase3AnalyticsComplete);
    return letters.filter(({ payload }) => runOf(payload) === run).length >= 5;
  });
  await place.startComponent(FAN_IN);
  return `run ${run} of ${place.game_date}: its five completions are dead letters, and the orchestrator is well again`;
}

async function sendPoison(place: PracticePlace): Promise<string> {
  const run = await lastRun(place);
  const again = announceAgain(run);
  const processor_name = 'PlayerSummary';
  const message = { ...again?.message, processor_name };
  await place.ports.broker.publish(TOPIC.phase3AnalyticsComplete, message, { game_date: place.game_date });
  await until(place, 'the dead letter', async () => {
    const letters = await place.letters.peek(TOPIC.phase3AnalyticsComplete);
    return letters.some(
      ({ payload }) =>
        (payload as { processor_name?: unknown } | undefined)?.processor_name === processor_name,
    );
  });
  return `a completion of "${processor_name}" was refused until it became a dead letter`;
}

async function deliverTwice(place: PracticePlace): Promise<string> {
  const { run } = await lastRun(place);
  const history = await place.ports.warehouse.runs({ game_date: place.game_date, run });
  const plan = planTrigger(
    { target: 'fan-in', game_date: place.game_date, run, processor: null, force: false },
    history,
  );
  const announcements = plan.kind === 'messages' ? plan.announcements : [];
  for (const { topic, message } of announcements) {
    await place.ports.broker.publish(topic, message, { game_date: place.game_date });
  }
  return `${announcements.length} completions of run ${run} of ${place.game_date} came again, and no second trigger is to follow`;
}

/** The latest run of Phase 3; where there is none, the date is run first. */
async function lastRun(place: PracticePlace) {
  const find = async () => {
    const history = await place.ports.warehouse.runs({
      game_date: place.game_date,
      phase: 'phase_3_analytics',
    });
    return history.at(-1);
  };
  const known = await find();
  if (known !== undefined) return known;
  await ran(place, await runAgain(place), 'phase_3_analytics', 5);
  const first = await find();
  if (first !== undefined) return first;
  throw new PipelineError(
    'COMPONENT_UNAVAILABLE',
    `expected a run of Phase 3 of ${place.game_date}, found none`,
  );
}

/** Scrape the date as its next run. */
async function runAgain({ ports, calls, game_date }: PracticePlace): Promise<number> {
  const history = await ports.warehouse.runs({ game_date });
  const run = Math.max(0, ...history.map((row) => row.run)) + 1;
  const plan = planTrigger({ target: '1', game_date, run, processor: null, force: false }, []);
  for (const call of plan.kind === 'calls' ? plan.calls : []) await calls.call(call);
  return run;
}

function ran(place: PracticePlace, run: number, phase: string, processors: number): Promise<void> {
  return until(place, `runs of ${processors} processors of ${phase}`, async () => {
    const runs = await place.ports.warehouse.runs({ game_date: place.game_date, run, phase });
    return new Set(runs.map(({ processor_name }) => processor_name)).size >= processors;
  });
}

async function unsubscribe({ pubsub }: PracticePlace, component: string): Promise<void> {
  const own = Object.entries(SUBSCRIPTIONS).filter(
    ([, subscription]) => subscription.component === component,
  );
  await Promise.all(own.map(([name]) => pubsub.subscription(name).delete()));
}

/** @throws {PipelineError} COMPONENT_UNAVAILABLE when it does not come about. */
async function until({ ports }: PracticePlace, what: string, is_so: () => Promise<boolean>): Promise<void> {
  const give_up_at = Date.now() + PATIENCE_MS;
  while (!(await is_so())) {
    if (Date.now() > give_up_at) {
      throw new PipelineError(
        'COMPONENT_UNAVAILABLE',
        `expected ${what} within ${PATIENCE_MS / 1000} s, and it did not come`,
      );
    }
    await ports.clock.wait(LOOK_AGAIN_MS);
  }
}

function runOf(payload: unknown): unknown {
  return (payload as { readonly metadata?: { readonly run?: unknown } } | undefined)?.metadata?.run;
}
