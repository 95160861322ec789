import type { PredictionBatch, TriggerRecord } from '../../../generated/models.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { abandonedClaim, unpublishedTrigger } from '../../../reference/console/practice/left-behind.ts';
import { scrapedFilePath } from '../../../reference/message/legacy.ts';
import { announceAgain } from '../../../reference/operations/triggers/announce.ts';
import type { CompletionState } from '../../../reference/orchestration/state.ts';
import { writeDocuments } from '../../reference/write-documents.ts';
import { openStage, type Stage, type StageOptions, until } from './stage.ts';

/** The real date that the product ships with. */
export const DATE = '2024-01-16';

/** Set up a pipeline that has carried the date to its predictions. */
export async function finished(options: StageOptions = {}): Promise<Stage> {
  const stage = await openStage(options);
  await stage.succeed('trigger', '1', '--date', DATE);
  await predicted(stage, 1);
  return stage;
}

/** Await the announced end of a batch. */
export async function predicted({ ports }: Stage, run: number): Promise<void> {
  const path = `prediction_batches/${DATE}${run === 1 ? '' : `.r${run}`}`;
  await until(
    `the announced end of ${path}`,
    () => ports.documents.get<PredictionBatch>(path),
    (batch) => batch?.state === 'complete' && batch.announced_round === batch.round,
  );
}

/** Await the five completions of Phase 3 on record, and the trigger in the given state. */
export async function fannedIn({ ports }: Stage, status: TriggerRecord['status']): Promise<void> {
  await until(
    `a ${status} trigger in phase3_completion/${DATE}`,
    () => ports.documents.get<CompletionState>(`phase3_completion/${DATE}`),
    (state) => (state?.['_trigger'] as TriggerRecord | undefined)?.status === status,
  );
}

/**
 * Set up a lost trigger: all of Phase 3 is counted, the instance that held the claim on the trigger is gone, and nobody
 * has published it.
 */
export async function lostTrigger(options: StageOptions = {}): Promise<Stage> {
  // Whoever publishes the trigger finds nobody behind it; then the record is put back to what a crash leaves.
  const stage = await openStage({ ...options, without: ['phase4-precompute'] });
  await stage.succeed('trigger', '1', '--date', DATE);
  await fannedIn(stage, 'published');
  await stage.ports.documents.update<CompletionState, null>(`phase3_completion/${DATE}`, (state) => {
    const trigger = state?.['_trigger'] as TriggerRecord;
    const held = unpublishedTrigger(trigger, '2024-01-16T11:40:00.000Z');
    return [{ ...state, _trigger: { ...held, decided_at: '2024-01-16T11:39:00.000Z' } }, null];
  });
  await stage.subscribe('phase4-precompute');
  return stage;
}

/** Publish something on a topic that its receiver refuses, and await it in the dead-letter subscription. */
export async function deadLetter(stage: Stage, topic: string, payload: unknown): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  await stage.pubsub
    .topic(topic)
    .publishMessage({ data: Buffer.from(text), attributes: { game_date: DATE } });
  const [id = ''] = await deadLetters(stage, topic, 1);
  return id;
}

/** Await so many dead letters of a topic. @returns their message ids. */
export function deadLetters({ dead }: Stage, topic: string, count: number): Promise<readonly string[]> {
  return until(
    `${count} dead letters of ${topic}`,
    () => Promise.resolve(dead.ids(topic)),
    (ids) => ids.length >= count,
  );
}

/** An operator who looks ten minutes after the components have done what they do. */
const LATER = { later_seconds: 600 };

/** What the orchestrator refuses is given up at once. */
export const SOON_DEAD = { soon_dead: 'phase3-to-phase4-orchestrator' };

/** A situation that a page of the runbook begins with, and what its commands may name. */
export interface Scene {
  readonly stage: Stage;
  /** What `$NAME` stands for in a command. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The situations that docs/operating names in its comments. */
const SCENES: Readonly<Record<string, () => Promise<Scene>>> = {
  /** Nothing has run. */
  idle: async () => scene(await openStage()),
  /** The date went through. */
  finished: async () => {
    const stage = await finished();
    const [scraped] = await stage.ports.warehouse.runs({ game_date: DATE, phase: 'phase_1_scrapers' });
    return scene(stage, { CORRELATION_ID: scraped?.correlation_id ?? '' });
  },
  /** The instance that was to publish the trigger of level 1 is gone. */
  'lost-trigger': async () => scene(await lostTrigger(LATER)),
  /** The 3-to-4 orchestrator never got a completion. */
  'no-orchestrator': () => unheard('phase3-to-phase4-orchestrator', 'phase_3_analytics', 5),
  /** The 3-to-4 orchestrator was down until every completion was a dead letter; now it is well. */
  'orchestrator-was-down': async () => {
    const stage = await openStage({ ...LATER, ...SOON_DEAD });
    await stage.stopComponent('phase3-to-phase4-orchestrator');
    await stage.succeed('trigger', '1', '--date', DATE);
    await ran(stage, 'phase_3_analytics', 5);
    await deadLetters(stage, TOPIC.phase3AnalyticsComplete, 5);
    await stage.startComponent('phase3-to-phase4-orchestrator');
    return scene(stage);
  },
  /** A sender says a name that the contract does not know. */
  'unknown-name': async () => {
    const stage = await finished(SOON_DEAD);
    const [run] = await stage.ports.warehouse.runs({
      game_date: DATE,
      processor_name: 'player_game_summary',
    });
    const again = run === undefined ? undefined : announceAgain(run);
    const payload = { ...again?.message, processor_name: 'PlayerSummary' };
    const message_id = await deadLetter(stage, TOPIC.phase3AnalyticsComplete, payload);
    return scene(stage, { MESSAGE_ID: message_id });
  },
  /** Phase 3 never heard of the raw tables. */
  'unheard-tables': () => unheard('phase3-analytics', 'phase_2_raw', 6),
  /** Phase 2 never heard of the scraped files. */
  'unloaded-files': () => unheard('phase2-raw', 'phase_1_scrapers', 6),
  /** The Phase 4 orchestrator never got a completion. */
  'no-cascade': () => unheard('phase4-orchestrator', 'phase_4_precompute', 3),
  /** An instance died while it worked on player_game_summary, and the redelivery was lost. */
  'stuck-claim': async () => {
    const { stage, variables } = await requireScene('unheard-tables');
    const path = `processor_claims/player_game_summary.${DATE}.r1`;
    await writeDocuments(stage.ports.documents, [
      { path, value: abandonedClaim('2024-01-16T11:50:00.000Z') },
    ]);
    return { stage, variables };
  },
  /** A scraped file cannot be read. */
  'broken-file': async () => {
    const stage = await openStage({ ...LATER, without: ['phase2-raw'] });
    await stage.succeed('trigger', '1', '--date', DATE);
    const scraped = await ran(stage, 'phase_1_scrapers', 6);
    const scoreboard = scraped.find(({ processor_name }) => processor_name === 'nbac_scoreboard');
    const file = scrapedFilePath('nbac_scoreboard', DATE, scoreboard?.execution_id ?? '');
    await stage.ports.files.write(file, { html: 'Service temporarily unavailable' });
    await stage.subscribe('phase2-raw');
    await stage.succeed('trigger', '2', '--date', DATE);
    await ran(stage, 'phase_2_raw', 6);
    return scene(stage);
  },
  /** The coordinator never heard that the feature store is filled. */
  'no-batch': () => unheard('phase5-coordinator', 'phase_4_precompute', 5),
  /** The workers never got their requests. */
  'no-answers': async () => {
    const stage = await openStage({ ...LATER, without: ['phase5-worker'] });
    await stage.succeed('trigger', '1', '--date', DATE);
    await until(
      'a running batch',
      () => stage.ports.documents.get<PredictionBatch>(`prediction_batches/${DATE}`),
      (batch) => batch?.state === 'running',
    );
    await stage.subscribe('phase5-worker');
    return scene(stage);
  },
};

/** Set up a scene by its name. */
export function requireScene(name: string): Promise<Scene> {
  const set = SCENES[name];
  if (set === undefined) {
    throw new Error(`a page names the scene "${name}"; there are ${Object.keys(SCENES).join(', ')}`);
  }
  return set();
}

function scene(stage: Stage, variables: Readonly<Record<string, string>> = {}): Scene {
  return { stage, variables };
}

/** A date that went as far as it could while nobody had subscribed for a component, which hears again from now on. */
async function unheard(component: string, phase: string, processors: number): Promise<Scene> {
  const stage = await openStage({ ...LATER, without: [component] });
  await stage.succeed('trigger', '1', '--date', DATE);
  await ran(stage, phase, processors);
  await stage.subscribe(component);
  return scene(stage);
}

/** Await at least that many processors of a phase with a finished run. */
export function ran({ ports }: Stage, phase: string, processors: number) {
  return until(
    `runs of ${processors} processors of ${phase}`,
    () => ports.warehouse.runs({ game_date: DATE, phase }),
    (runs) => new Set(runs.map(({ processor_name }) => processor_name)).size >= processors,
  );
}
