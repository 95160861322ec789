import { PipelineError } from '../errors/pipeline-error.ts';
import { answer } from '../http/route.ts';
import type { HttpAnswer } from '../ports/ports.ts';
import { logPending, logWaiting } from './age.ts';
import { claimPublishes, type Effect, findMissing } from './decide.ts';
import { createAsker, type Publishing, publishTriggers } from './publish.ts';
import { type CompletionState, readStateId, triggerOf } from './state.ts';

/** One trigger, as the sweep names it. */
type SweptTrigger = Readonly<{ game_date: string; run: number; entry: string }>;

/**
 * Publish every pending trigger that nobody is publishing, and name the dates that still wait.
 *
 * @returns 200 when nothing is pending any more, else 503 with what is; `waiting` lists the processors that have not
 *          completed, per date and run, and the time of the last completion.
 * @see requirement FANIN-012, asyncapi.yaml#/x-endpoints
 */
export async function sweep(publishing: Publishing): Promise<HttpAnswer> {
  const { ports, orchestrator } = publishing;
  const documents = await ports.documents.query<CompletionState>(orchestrator.collection);
  const published: SweptTrigger[] = [];
  const pending: SweptTrigger[] = [];
  for (const { id, value } of documents) {
    const date = readStateId(id);
    const due = orchestrator.levels
      .map(({ entry }) => entry)
      .filter((entry) => triggerOf(value, entry)?.status === 'pending');
    if (due.length === 0) continue;
    const sent = await sweepDate(publishing, `${orchestrator.collection}/${id}`);
    for (const entry of due) {
      if (sent.includes(entry)) published.push({ ...date, entry });
      else {
        pending.push({ ...date, entry });
        logPending(publishing, date, triggerOf(value, entry));
      }
    }
  }
  const waiting = documents.flatMap(({ id, value }) => {
    const missing = findMissing(value, orchestrator);
    if (missing === undefined) return [];
    logWaiting(publishing, readStateId(id), missing);
    return [{ ...readStateId(id), ...missing }];
  });
  return answer(pending.length === 0 ? 200 : 503, { published, pending, waiting });
}

/** Publishes what is free of one date; a failure is told by what is still pending and does not stop the sweep. */
async function sweepDate(publishing: Publishing, path: string): Promise<readonly string[]> {
  const { ports, orchestrator } = publishing;
  const ask = createAsker(publishing);
  try {
    const effect = await ports.documents.update<CompletionState, Effect>(path, (state) =>
      state === undefined ? [state, NOTHING] : claimPublishes(state, ask(), orchestrator),
    );
    await publishTriggers(publishing, path, ask().claimant, effect.publish);
    return effect.publish.map(({ entry }) => entry);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    ports.log.error(error.message, { ...error.details, path });
    return [];
  }
}

const NOTHING: Effect = { publish: [], in_flight: [] };
