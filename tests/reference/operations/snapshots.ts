import type { ProcessorClaim, ProcessorRunHistory, TriggerRecord } from '../../../generated/models.ts';
import { abandonedClaim } from '../../../reference/console/practice/left-behind.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { diagnose } from '../../../reference/operations/dates/decide-diagnosis.ts';
import { type DateSnapshot, readSnapshot } from '../../../reference/operations/dates/snapshot.ts';
import type { DeadLetter } from '../../../reference/operations/dead-letters/dead-letter.ts';
import type { CompletionState } from '../../../reference/orchestration/state.ts';
import type { HttpHandler } from '../../../reference/ports/ports.ts';
import { COMPONENT_LOADERS } from '../../../reference/services/components.ts';
import { deliverAll, request, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts, type MemoryPorts } from '../memory-ports.ts';

/** The real date, and half an hour after its nightly run. */
export const DATE = '2024-01-15';
export const NOW = '2024-01-15T11:30:00.000Z';

/** A trigger that an instance held when it was gone, for `atFanIn`: nobody published it. */
export const LOST_TRIGGER = {
  status: 'pending',
  published_at: null,
  message_id: null,
  claimed_by: 'instance-7',
  claim_expires_at: '2024-01-15T11:00:00.000Z',
} as const;

const NO_LETTERS = { peek: () => Promise.resolve([]) };

/** Carry the date through the pipeline in memory, as far as the components that are there take it. */
export async function runInMemory(body: object = {}, without: readonly string[] = []): Promise<MemoryPorts> {
  const ports = createMemoryPorts();
  const handlers: Record<string, HttpHandler> = {};
  for (const [name, load] of Object.entries(COMPONENT_LOADERS)) {
    if (without.includes(name)) continue;
    handlers[name] = createShell((await load())(ports, SETTINGS), ports.log);
  }
  await handlers['phase1-scrapers']?.(request('POST', '/scrape', { game_date: DATE, ...body }));
  await deliverAll(ports, handlers);
  return ports;
}

/** Read what a run in memory has left. */
export function snapshotOf(ports: MemoryPorts, run = 1): Promise<DateSnapshot> {
  return readSnapshot(ports, NO_LETTERS, { game_date: DATE, run });
}

/** The same without some of its runs. */
export function withoutRuns(
  snapshot: DateSnapshot,
  isGone: (run: ProcessorRunHistory) => boolean,
): DateSnapshot {
  return { ...snapshot, history: snapshot.history.filter((run) => !isGone(run)), claims: [] };
}

/** The same with one processor's runs changed. */
export function withRun(
  snapshot: DateSnapshot,
  processor: string,
  changes: Partial<ProcessorRunHistory>,
): DateSnapshot {
  const change = (run: ProcessorRunHistory) =>
    run.processor_name === processor ? { ...run, ...changes } : run;
  return { ...snapshot, history: snapshot.history.map(change) };
}

/** The same before anything after Phase 3 happened, with the trigger as given. */
export function atFanIn(snapshot: DateSnapshot, trigger: Partial<TriggerRecord> | null): DateSnapshot {
  const { _trigger, ...records } = snapshot.phase3 as CompletionState & { _trigger: TriggerRecord };
  const early = withoutRuns(snapshot, ({ phase }) => {
    return ['orchestration', 'phase_4_precompute', 'phase_5_predictions'].includes(phase);
  });
  const phase3 = trigger === null ? records : { ...records, _trigger: { ..._trigger, ...trigger } };
  return { ...early, phase3, phase4: null, batch: null, features: { ready: 0, total: 0 } };
}

/** The same before Phase 5. */
export function beforePhase5(snapshot: DateSnapshot): DateSnapshot {
  return { ...withoutRuns(snapshot, ({ phase }) => phase === 'phase_5_predictions'), batch: null };
}

/** A claim of a processor. */
export function claimOf(processor: string, changes: Partial<ProcessorClaim>): DateSnapshot['claims'][number] {
  const claim = { ...abandonedClaim('2024-01-15T11:10:00.000Z'), ...changes };
  return { processor, claim };
}

/** A dead letter with a JSON payload. */
export function letter(topic: string, payload: object, changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    topic,
    message_id: '8812',
    dead_since: '2024-01-15T11:05:00.000Z',
    attributes: {},
    data: Buffer.from(JSON.stringify(payload)).toString('base64'),
    payload,
    refused_by: `${topic}-sub`,
    deliveries: 5,
    ...changes,
  };
}

/** Diagnoses a date: the findings as `code subject kind`, with their sentences and commands apart. */
export function findingsOf(snapshot: DateSnapshot, now = NOW) {
  const { verdict, findings, waiting } = diagnose(snapshot, now);
  return {
    verdict,
    codes: findings.map(({ kind, code, subject }) => `${kind} ${code} ${subject}`),
    sentences: findings.map(({ sentence }) => sentence),
    next: findings.map(({ next }) => next?.join(' ') ?? null),
    waiting: waiting.map(({ sentence }) => sentence),
  };
}
