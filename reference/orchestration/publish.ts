import type { Phase4Trigger } from '../../generated/models.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { publishMessage } from '../message/publisher.ts';
import type { Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { abandonClaim } from '../runs/abandoned.ts';
import { type Asker, decidePublished, decideReleased, type Effect, type HeldTrigger } from './decide.ts';
import type { CompletionState, Orchestrator } from './state.ts';
import { triggerHistory } from './trigger.ts';

/** What one process needs to publish for one orchestrator. */
export interface Publishing {
  readonly ports: Ports;
  readonly settings: Settings;
  readonly orchestrator: Orchestrator;
  /** Claims of this process that it could not release; see Asker. */
  readonly abandoned: Set<string>;
}

/** Make the asker of one delivery or sweep. Its time is read anew for every look at the state. */
export function createAsker({ ports, settings, abandoned }: Publishing): () => Asker {
  const claimant = ports.ids.uuid();
  const { publish_claim_seconds } = settings;
  return () => ({ now: ports.clock.now().toISOString(), claimant, publish_claim_seconds, abandoned });
}

/**
 * Commit a decision that may claim publishes; when its outcome is unknown, what it may have claimed is free again.
 *
 * @param claimed  the triggers that a result has claimed; the same commit records them in the history.
 */
export async function claimTriggers<Result>(
  publishing: Publishing,
  path: string,
  claimant: string,
  decide: (state: CompletionState | undefined) => readonly [CompletionState | undefined, Result],
  claimed: (result: Result) => readonly Phase4Trigger[],
): Promise<Result> {
  try {
    return await publishing.ports.documents.update<CompletionState, Result>(path, decide, {
      runs: (result) => claimed(result).map(triggerHistory),
    });
  } catch (error) {
    await releaseClaims(publishing, path, claimant, error);
    throw error;
  }
}

/** Name the messages that an effect has claimed. */
export function claimedMessages({ publish }: Effect): readonly Phase4Trigger[] {
  return publish.map(({ message }) => message);
}

/**
 * Publish the triggers that a claimant holds: publish, record, one after the other.
 *
 * @throws {PipelineError} BROKER_UNAVAILABLE, STORE_UNAVAILABLE or STORE_CONFLICT; what is not recorded as published is
 *         free again and is sent, unchanged, by the next delivery or sweep.
 * @see requirements FANIN-007, STATE-002
 */
export async function publishTriggers(
  publishing: Publishing,
  path: string,
  claimant: string,
  held: readonly HeldTrigger[],
): Promise<void> {
  const { ports, orchestrator } = publishing;
  try {
    for (const { entry, message } of held) {
      const published = await publishMessage(ports, orchestrator.triggers, message);
      const message_id = published.outcome === 'published' ? published.message_id : null;
      const now = ports.clock.now().toISOString();
      await ports.documents.update<CompletionState, null>(path, (state) =>
        decidePublished(state, { entry, now, message_id }),
      );
    }
  } catch (error) {
    await releaseClaims(publishing, path, claimant, error);
    throw error;
  }
}

/**
 * Frees what a claimant may hold, after an error.
 *
 * When the store did not answer, asking again would take as long again: this process takes the claim for free at once,
 * the others as soon as the release comes through.
 */
async function releaseClaims(
  { ports, orchestrator, abandoned }: Publishing,
  path: string,
  claimant: string,
  error: unknown,
): Promise<void> {
  abandonClaim(abandoned, claimant);
  const release = ports.documents
    .update<CompletionState, boolean>(path, (state) => decideReleased(state, claimant, orchestrator))
    .then((released) => released && abandoned.delete(claimant))
    .catch((second: unknown) => ports.log.warn(`${path} is free for this process only: ${second}`));
  if (!(error instanceof PipelineError) || error.code !== 'STORE_UNAVAILABLE') await release;
}
