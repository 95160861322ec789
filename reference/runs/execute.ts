import type { OutboxEntry, ProcessorClaim, ProcessorRunHistory, RunStatus } from '../../generated/models.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { publishMessage, requireSendable } from '../message/publisher.ts';
import type { Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { logRunEnded } from '../watching/run-ended.ts';
import { abandonClaim } from './abandoned.ts';
import {
  type ClaimEffect,
  decideClaim,
  decideFinish,
  decideRelease,
  decideSettled,
  type FinishEffect,
} from './decide.ts';

/** One piece of work under an idempotency key. */
export interface RunRequest {
  /** Business key; becomes the id of the claim document. */
  readonly key: string;
  /** Fingerprint of what the run reads; a failed or empty run is repeated when it differs. */
  readonly inputs: string;
  /** What asks for the run, such as a message id; a failed run is repeated for another cause. */
  readonly cause: string;
  /** Do the work, store the history, publish nothing. */
  readonly skip_downstream_trigger: boolean;
  /** `always` makes every request a new run, unless the last one with these inputs owes its messages. Default `once`. */
  readonly repeats?: 'once' | 'always';
  /**
   * Does the work. A throw means that nothing is to be said about it: the claim is released and the delivery nacked.
   * Work that failed for good returns status `failed` with the message that says so.
   */
  readonly work: (start: RunStart) => Promise<RunResult>;
}

/** The name and beginning of a run. */
export interface RunStart {
  readonly execution_id: string;
  /** ISO 8601 in UTC. */
  readonly started_at: string;
}

/** What a run says when it has ended. */
export interface RunResult {
  readonly status: RunStatus;
  readonly messages: readonly { readonly topic: string; readonly message: object }[];
  readonly history: ProcessorRunHistory | null;
}

/** `published`: the work was done before, and what it still owed is now out. */
export interface RunOutcome {
  readonly outcome: 'worked' | 'published' | 'duplicate';
  readonly execution_id: string;
  readonly status: RunStatus | null;
  /** What the run has said that this request would repeat; nothing in any other outcome. */
  readonly said: readonly OutboxEntry[];
}

/** Runs a piece of work at most once per key; returning is leave to ack. */
export type Runner = (request: RunRequest) => Promise<RunOutcome>;

/**
 * Make the runner of one process: claim, work, commit outbox and history, publish, record, return.
 *
 * @throws {PipelineError} (the runner) WORK_IN_PROGRESS while another holds the key; BROKER_UNAVAILABLE,
 *         STORE_UNAVAILABLE and STORE_CONFLICT, after which a redelivery finishes what is left.
 */
export function createRunner(ports: Ports, settings: Settings): Runner {
  // A claim whose release failed would otherwise keep this very process out until its lease expires.
  const abandoned = new Set<string>();
  return async (request) => {
    const path = `processor_claims/${encodeURIComponent(request.key)}`;
    const holder = ports.ids.uuid();
    try {
      return await runOnce({ ports, settings, request, path, holder, abandoned });
    } catch (error) {
      await releaseAfter(error, { ports, path, holder, abandoned });
      throw error;
    }
  };
}

interface Attempt {
  readonly ports: Ports;
  readonly settings: Settings;
  readonly request: RunRequest;
  readonly path: string;
  /** Names this attempt, and the run if it becomes one. */
  readonly holder: string;
  readonly abandoned: Set<string>;
}

async function runOnce(attempt: Attempt): Promise<RunOutcome> {
  const { ports, request, path, holder } = attempt;
  let settled: RunOutcome | undefined;
  for (;;) {
    const started_at = ports.clock.now().toISOString();
    const effect = await claimKey(attempt, started_at);
    switch (effect.kind) {
      case 'in_progress':
        throw workInProgress(request.key, effect.until);
      case 'duplicate':
        return settled ?? duplicateOf(effect);
      case 'settle':
        await settleClaim(ports, path, effect.claim, holder);
        settled = {
          outcome: 'published',
          execution_id: effect.claim.owner,
          status: effect.claim.status,
          said: [],
        };
        // A backfill that owed its message must not stand in for the live run that is asked for now.
        if (request.repeats === 'always' && effect.claim.inputs === request.inputs) return settled;
        break;
      default:
        return {
          outcome: 'worked',
          execution_id: holder,
          status: await workAndSettle(attempt, started_at),
          said: [],
        };
    }
  }
}

function duplicateOf(effect: Extract<ClaimEffect, { readonly kind: 'duplicate' }>): RunOutcome {
  const { execution_id, status, completions } = effect;
  return { outcome: 'duplicate', execution_id, status, said: completions };
}

function claimKey({ ports, settings, request, path, holder, abandoned }: Attempt, now: string) {
  return ports.documents.update<ProcessorClaim, ClaimEffect>(path, (state) =>
    decideClaim(state, {
      now,
      holder,
      abandoned,
      lease_seconds: settings.lease_seconds,
      publish_claim_seconds: settings.publish_claim_seconds,
      skip_downstream_trigger: request.skip_downstream_trigger,
      inputs: request.inputs,
      cause: request.cause,
      repeats: request.repeats ?? 'once',
    }),
  );
}

async function workAndSettle(attempt: Attempt, started_at: string): Promise<RunStatus> {
  const { ports, settings, request, path, holder } = attempt;
  const result = await request.work({ execution_id: holder, started_at });
  for (const { topic, message } of result.messages) requireSendable(topic, message);
  const now = ports.clock.now().toISOString();
  const effect = await ports.documents.update<ProcessorClaim, FinishEffect>(
    path,
    (state) =>
      decideFinish(state, {
        now,
        holder,
        publish_claim_seconds: settings.publish_claim_seconds,
        status: result.status,
        completions: request.skip_downstream_trigger
          ? []
          : result.messages.map(({ topic, message }) => ({ topic, message: { ...message } })),
      }),
    { runs: () => (result.history === null ? [] : [result.history]) },
  );
  if (effect.kind === 'lost') throw workInProgress(request.key, 'the run that took it over has ended');
  if (result.history !== null) logRunEnded(ports, result.history);
  await settleClaim(ports, path, effect.claim, holder);
  return result.status;
}

/**
 * Publishes what is owed, and records how far it came even when it did not come to the end. A claim whose history was not
 * committed with its outbox keeps it, and it is stored first.
 */
async function settleClaim(ports: Ports, path: string, claim: ProcessorClaim, holder: string): Promise<void> {
  let history_stored = false;
  const published: string[] = [];
  const record = () =>
    ports.documents.update<ProcessorClaim, null>(path, (state) =>
      decideSettled(state, {
        now: ports.clock.now().toISOString(),
        holder,
        owner: claim.owner,
        history_stored,
        published,
      }),
    );
  try {
    if (claim.history !== null) await ports.warehouse.recordRun(claim.history);
    history_stored = true;
    for (const entry of claim.completions) {
      if (entry.published_at !== null) continue;
      await publishMessage(ports, entry.topic, entry.message);
      published.push(entry.topic);
    }
  } catch (error) {
    // The record is a kindness to the redelivery, which would otherwise repeat what is out; the error is the answer.
    await record().catch((second: unknown) => ports.log.warn(`${path} keeps its old record: ${second}`));
    throw error;
  }
  await record();
}

/**
 * Lets go of a claim after an error, so that the redelivery need not wait for the lease.
 *
 * When the store did not answer, whether the claim was made is unknown and asking again takes as long again: this
 * process takes it for free at once, and the others as soon as the release comes through.
 */
async function releaseAfter(
  error: unknown,
  { ports, path, holder, abandoned }: Pick<Attempt, 'ports' | 'path' | 'holder' | 'abandoned'>,
): Promise<void> {
  const code = error instanceof PipelineError ? error.code : undefined;
  if (code === 'WORK_IN_PROGRESS') return;
  abandonClaim(abandoned, holder);
  const release = ports.documents
    .update<ProcessorClaim, boolean>(path, (state) => decideRelease(state, holder))
    .then((released) => released && abandoned.delete(holder))
    .catch((second: unknown) => ports.log.warn(`${path} is free for this process only: ${second}`));
  if (code !== 'STORE_UNAVAILABLE') await release;
}

function workInProgress(key: string, until: string): PipelineError {
  return new PipelineError(
    'WORK_IN_PROGRESS',
    `${key} is being worked on elsewhere until ${until} at most; wait for the redelivery`,
    { key, until },
  );
}
