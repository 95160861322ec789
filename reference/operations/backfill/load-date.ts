import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';
import { sendMessage } from '../../message/publisher.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ComponentCalls } from '../calls/component-calls.ts';
import { type Ask, decideStep, LEVELS, type Step, type Through } from './decide-step.ts';
import type { Gates } from './gates.ts';
import { announceTables, triggerLevel } from './messages.ts';

/**
 * What became of one date. `before`: loaded by an earlier call. `no_games`, `no_figures`: skipped. `late`: a step did not
 * end within the patience. `refused`: Phase 1 said no. `stopped`: an older date failed, on which this one has to wait.
 */
export interface DateOutcome {
  readonly game_date: string;
  readonly outcome:
    | 'loaded'
    | 'before'
    | 'no_games'
    | 'no_figures'
    | 'late'
    | 'failed'
    | 'refused'
    | 'stopped';
  /** Rows of all tables that the date has. */
  readonly records: number;
  /** What is wrong; null when nothing is. */
  readonly problem: string | null;
}

/** How a date is loaded. */
export interface DateWish {
  readonly game_date: string;
  /** Its place in the range. */
  readonly index: number;
  readonly reason: string;
  readonly through: Through;
  /** How long one step of a date may take. */
  readonly patience_seconds: number;
}

const POLL_MS_MIN = 15;
const POLL_MS_MAX = 250;

/**
 * Carry one date through its phases as history: each step is asked for once, and awaited in the run history. Whatever was
 * done before is found there, so a date that was left in the middle goes on where it is.
 *
 * @throws {PipelineError} COMPONENT_UNAVAILABLE, BROKER_UNAVAILABLE or STORE_UNAVAILABLE, which every date would meet.
 * @see requirements BACK-001, BACK-004
 */
export async function loadDate(
  ports: Ports,
  calls: ComponentCalls,
  gates: Gates,
  wish: DateWish,
): Promise<DateOutcome> {
  const { game_date, index } = wish;
  const about = { game_date, records: 0, problem: null };
  let asked: Asked = { name: '', failed_before: '' };
  let has_worked = false;
  for (;;) {
    const [step, history] = await awaitStep(ports, wish, asked);
    passLevels(gates, index, step);
    if (step.kind === 'done') {
      return { ...about, outcome: has_worked ? 'loaded' : 'before', records: step.records };
    }
    if (step.kind === 'no_games') return { ...about, outcome: 'no_games' };
    const ask = step.kind === 'failed' ? step.again : step;
    if (nameOf(ask) === asked.name) {
      if (step.kind !== 'failed') return { ...about, outcome: 'late', problem: lateness(ask, wish) };
      const problem = `${step.failed.join(', ')} failed; see pipeline status --date ${game_date}`;
      return { ...about, outcome: 'failed', problem };
    }
    if (ask.kind === 'level' && !(await gates.waitFor(index, ask.level))) {
      return { ...about, outcome: 'stopped' };
    }
    asked = { name: nameOf(ask), failed_before: step.kind === 'failed' ? step.runs : '' };
    has_worked = true;
    const refused = await askFor(ports, calls, wish, ask, history);
    if (refused !== undefined) return refused;
  }
}

/** What was asked for last, and which runs had failed before: they say nothing of the new ones. */
interface Asked {
  readonly name: string;
  readonly failed_before: string;
}

/** Levels before the one that is due have been passed; a date that needs no more has passed all of them. */
function passLevels(gates: Gates, index: number, step: Step): void {
  const ask = step.kind === 'failed' ? step.again : step;
  const due = ask.kind === 'level' ? ask.level : ask.kind === 'done' ? Number.POSITIVE_INFINITY : 0;
  for (const { level } of LEVELS) if (level < due) gates.pass(index, level);
}

function nameOf(ask: Ask): string {
  return ask.kind === 'level' ? `level ${ask.level}` : ask.kind;
}

/** Reads the history until it shows what came of the last ask, or the patience is at its end. */
async function awaitStep(
  ports: Ports,
  { game_date, reason, through, patience_seconds }: DateWish,
  asked: Asked,
): Promise<readonly [Step, readonly ProcessorRunHistory[]]> {
  const give_up_at = ports.clock.now().getTime() + patience_seconds * 1000;
  let poll_ms = POLL_MS_MIN;
  for (;;) {
    const history = await ports.warehouse.runs({ game_date, run: 1 });
    const step = decideStep(history, reason, through);
    if (!isPending(step, asked) || ports.clock.now().getTime() >= give_up_at) return [step, history];
    await ports.clock.wait(poll_ms);
    poll_ms = Math.min(POLL_MS_MAX, poll_ms * 1.5);
  }
}

function isPending(step: Step, asked: Asked): boolean {
  switch (step.kind) {
    case 'done':
    case 'no_games':
      return false;
    case 'failed':
      return nameOf(step.again) === asked.name && step.runs === asked.failed_before;
    default:
      return nameOf(step) === asked.name;
  }
}

async function askFor(
  ports: Ports,
  calls: ComponentCalls,
  wish: DateWish,
  ask: Ask,
  history: readonly ProcessorRunHistory[],
): Promise<DateOutcome | undefined> {
  const { game_date, reason } = wish;
  switch (ask.kind) {
    case 'analytics':
      await sendAll(ports, announceTables(history));
      return undefined;
    case 'level':
      await sendAll(ports, [
        triggerLevel(history, game_date, ask.level, reason, ports.clock.now().toISOString()),
      ]);
      return undefined;
    default:
      return scrapeDate(calls, wish);
  }
}

async function sendAll(
  ports: Ports,
  announcements: readonly { readonly topic: string; readonly message: object }[],
): Promise<void> {
  await Promise.all(announcements.map(({ topic, message }) => sendMessage(ports, topic, message)));
}

async function scrapeDate(
  calls: ComponentCalls,
  { game_date, reason }: DateWish,
): Promise<DateOutcome | undefined> {
  const { status, body } = await calls.call({
    component: 'phase1-scrapers',
    method: 'POST',
    path: '/scrape',
    body: {
      game_date,
      trigger_source: 'manual',
      workflow: 'backfill',
      skip_downstream_trigger: true,
      backfill_mode: true,
      backfill_reason: reason,
    },
  });
  if (status === 200) return undefined;
  const { error, message } = (body ?? {}) as { readonly error?: string; readonly message?: string };
  const problem = message ?? `phase1-scrapers answered ${status}`;
  if (status === 503) throw new PipelineError('COMPONENT_UNAVAILABLE', problem, { game_date, status });
  const about = { game_date, records: 0 };
  return error === 'UNKNOWN_GAME_DATE'
    ? { ...about, outcome: 'no_figures', problem: null }
    : { ...about, outcome: 'refused', problem };
}

function lateness(ask: Ask, { patience_seconds }: DateWish): string {
  if (ask.kind === 'raw') return `not every raw table came within ${patience_seconds} s; is phase2-raw well?`;
  const component = ask.kind === 'level' ? 'phase4-precompute' : 'phase3-analytics';
  return `${ask.waits_for.join(', ')} did not come within ${patience_seconds} s; is ${component} well?`;
}
