import type { PredictionBatch, TriggerRecord } from '../../generated/models.ts';
import type { CompletionState } from '../../reference/orchestration/state.ts';
import { openStage, type Stage, type StageOptions, until } from './stage.ts';

/** The real date that the product ships with. */
export const DATE = '2024-01-15';

/** Set up a pipeline that has carried the date to its predictions. */
export async function finished(options: StageOptions = {}): Promise<Stage> {
  const stage = await openStage(options);
  await stage.run('trigger', '1', '--date', DATE);
  await predicted(stage, 1);
  return stage;
}

/** Await the announced end of a batch. */
export function predicted({ ports }: Stage, run: number): Promise<PredictionBatch> {
  const path = `prediction_batches/${DATE}${run === 1 ? '' : `.r${run}`}`;
  return until(async () => {
    const batch = await ports.documents.get<PredictionBatch>(path);
    return batch?.state === 'complete' && batch.announced_round === batch.round ? batch : undefined;
  });
}

/** Await the five completions of Phase 3 on record, and the trigger in the given state. */
export function fannedIn({ ports }: Stage, status: TriggerRecord['status']): Promise<CompletionState> {
  return until(async () => {
    const state = await ports.documents.get<CompletionState>(`phase3_completion/${DATE}`);
    const trigger = state?.['_trigger'] as TriggerRecord | undefined;
    return trigger?.status === status ? state : undefined;
  });
}

/**
 * Set up a lost trigger: all of Phase 3 is counted, the instance that held the claim on the trigger is gone, and nobody
 * has published it.
 */
export async function lostTrigger(): Promise<Stage> {
  const stage = await openStage({ without: [] });
  // Whoever publishes the trigger finds nobody behind it; then the record is put back to what a crash leaves.
  await stage.pubsub.subscription('nba-phase4-trigger-sub').delete();
  await stage.run('trigger', '1', '--date', DATE);
  await fannedIn(stage, 'published');
  await stage.ports.documents.update<CompletionState, null>(`phase3_completion/${DATE}`, (state) => {
    const trigger = state?.['_trigger'] as TriggerRecord;
    const held: TriggerRecord = {
      ...trigger,
      status: 'pending',
      published_at: null,
      message_id: null,
      claimed_by: 'instance-7',
      claim_expires_at: '2024-01-15T11:40:00.000Z',
      decided_at: '2024-01-15T11:39:00.000Z',
    };
    return [{ ...state, _trigger: held }, null];
  });
  await stage.pubsub.topic('nba-phase4-trigger').createSubscription('nba-phase4-trigger-sub', {
    pushConfig: { pushEndpoint: `${stage.addresses['phase4-precompute']}/process` },
    retryPolicy: { minimumBackoff: { seconds: 0, nanos: 50_000_000 }, maximumBackoff: { seconds: 5 } },
  });
  return stage;
}

/** Publish something on a topic that its receiver refuses, and await it in the dead-letter subscription. */
export async function deadLetter(stage: Stage, topic: string, payload: unknown): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  await stage.pubsub
    .topic(topic)
    .publishMessage({ data: Buffer.from(text), attributes: { game_date: DATE } });
  const letter = await until(async () => (await stage.letters.peek(topic))[0]);
  return letter.message_id;
}
