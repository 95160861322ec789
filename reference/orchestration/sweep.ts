import { MONITORING } from '../../generated/topology.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { answer } from '../http/route.ts';
import type { HttpAnswer } from '../ports/ports.ts';
import { logPending, logWaiting } from './age.ts';
import { claimPublishes, type Effect, findMissing } from './decide.ts';
import { claimedMessages, claimTriggers, createAsker, type Publishing, publishTriggers } from './publish.ts';
import { type CompletionState, readStateId, triggerOf } from './state.ts';

/** One trigger, as the sweep names it. */
type SweptTrigger = Readonly<{ game_date: string; run: number; entry: string }>;

/**
 * Publish every pending trigger that nobody is publishing, and name the dates that still wait.
 *
 * @returns 200 when nothing is pending any more, else 503 with what is; `waiting` lists the processors that have not
 *          completed, per date and run that heard of one within `state_age_seconds_max`, and when it last did.
 * @see requirement FANIN-012, asyncapi.yaml#/x-endpoints
 */
export async function sweep(publishing: Publishing): Promise<HttpAnswer> {
  const { orchestrator } = publishing;
  const documents = await findOpen(publishing);
  const published: SweptTrigger[] = [];
  const pending: SweptTrigger[] = [];
  for (const [id, value] of documents) {
    const date = readStateId(id);
    const due = orchestrator.levels
      .map(({ entry }) => entry)
      .filter((entry) => triggerOf(value, entry)?.status === 'pending');
    if (due.length === 0) continue;
    const swept = await sweepDate(publishing, `${orchestrator.collection}/${id}`, due);
    published.push(...swept.published.map((entry) => ({ ...date, entry })));
    for (const entry of swept.pending) {
      pending.push({ ...date, entry });
      logPending(publishing, date, triggerOf(value, entry));
    }
  }
  const waiting = [...documents].flatMap(([id, value]) => {
    const missing = findMissing(value, orchestrator);
    if (missing === undefined) return [];
    logWaiting(publishing, readStateId(id), missing);
    return [{ ...readStateId(id), ...missing }];
  });
  return answer(pending.length === 0 ? 200 : 503, { published, pending, waiting });
}

/**
 * The documents that a sweep has to look at, by id and in its order: those with a pending trigger, however old, and those
 * that heard of a processor lately. The others, one per date and run for ever, are not read.
 */
async function findOpen({ ports, orchestrator }: Publishing): Promise<ReadonlyMap<string, CompletionState>> {
  const { collection, levels } = orchestrator;
  const lately_ms = ports.clock.now().getTime() - MONITORING.state_age_seconds_max * 1000;
  const lately = new Date(lately_ms).toISOString();
  const awaited = [...new Set(levels.flatMap(({ waits_for }) => waits_for))];
  const found = await Promise.all([
    ...levels.map(({ entry }) =>
      ports.documents.query<CompletionState>(collection, { [`${entry}.status`]: 'pending' }),
    ),
    ...awaited.map((processor) =>
      ports.documents.query<CompletionState>(collection, {}, { [`${processor}.completed_at`]: lately }),
    ),
  ]);
  const byId = found.flat().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return new Map(byId.map(({ id, value }) => [id, value]));
}

interface Swept {
  readonly published: readonly string[];
  readonly pending: readonly string[];
}

/**
 * Publishes what is free of one date; a failure is told by what is still pending and does not stop the sweep.
 *
 * What counts is the document as it was committed: an entry of `due` that somebody else has published since is neither.
 */
async function sweepDate(publishing: Publishing, path: string, due: readonly string[]): Promise<Swept> {
  const { ports, orchestrator } = publishing;
  const ask = createAsker(publishing);
  const { claimant } = ask();
  const published: string[] = [];
  let open = due;
  try {
    const decide = (state: CompletionState | undefined) =>
      state === undefined ? ([state, NOTHING] as const) : claimPublishes(state, ask(), orchestrator);
    const claimed = await claimTriggers(publishing, path, claimant, decide, claimedMessages);
    const { publish, in_flight } = claimed;
    open = [...publish, ...in_flight].map(({ entry }) => entry);
    for (const held of publish) {
      await publishTriggers(publishing, path, claimant, [held]);
      published.push(held.entry);
    }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    ports.log.error(error.message, { ...error.details, path });
  }
  return { published, pending: open.filter((entry) => !published.includes(entry)) };
}

const NOTHING: Effect = { publish: [], in_flight: [] };
