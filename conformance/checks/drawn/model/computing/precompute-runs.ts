import { FEATURE_STORE } from '../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { PublishEvent } from '../../../../history/events.ts';
import { metadataOf, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { requiredBy } from '../../../owed/names.ts';
import type { Span } from '../predictions/spans.ts';
import { broken, type Run } from '../processing/runs.ts';
import { isFilled, type LevelCall, levelIn, type ToldRun, type TriggerAsk } from './precompute-asks.ts';

const { phase4ProcessorComplete: OWN, phase4PrecomputeComplete: PHASE_5 } = TOPIC;

/** Everything about one processor of one date and run. */
export interface Work {
  readonly what: string;
  readonly processor: string;
  readonly place: string;
  readonly asks: readonly TriggerAsk[];
  /** Triggers of the date and run that were to trigger nobody, whoever they name. */
  readonly silent: readonly TriggerAsk[];
  readonly calls: readonly LevelCall[];
  readonly runs: readonly Run[];
  readonly tables: readonly ToldRun[];
  readonly spans: readonly Span[];
}

/** Judge what one run says of itself: its status, what it has read, and where it is told of. */
export function judgeRun(work: Work, run: Run): readonly Anomaly[] {
  return [...judgeResult(work, run), ...judgeUpstream(work, run), ...judgeTopics(work, run)];
}

/** A run whose tables had all been filled before anybody asked for it has something to tell. */
function judgeResult({ asks, calls, tables, processor, place, what }: Work, run: Run): readonly Anomaly[] {
  const { sequence, message } = run.first;
  const first = Math.min(...[...asks, ...calls].map(({ span }) => span.from));
  if (run.counts || !isFilled(requiredBy('phase_4_precompute', processor), place, tables, first)) return [];
  const said = `says ${text(message, 'status')} of ${what}`;
  return [
    broken(
      'IDEM-018',
      'wrong status',
      [first, sequence],
      `#${sequence} ${said}, although all tables that it reads had been filled before #${first} asked for it.`,
    ),
  ];
}

/** A run that counts, whose tables had all been filled before anybody asked for it, lists the runs of all of them. */
function judgeUpstream(
  { asks, calls, tables, silent, processor, place, what }: Work,
  { counts, first: { message, sequence } }: Run,
): readonly Anomaly[] {
  const { upstream } = metadataOf(message);
  const required = requiredBy('phase_4_precompute', processor);
  const first = Math.min(...[...asks, ...calls].map(({ span }) => span.from));
  if (!Array.isArray(upstream) || !counts || silent.length > 0) return [];
  if (!isFilled(required, place, tables, first)) return [];
  const names = (upstream as readonly object[]).map((entry) => text(entry, 'processor'));
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length === 0) return [];
  const said = `lists the upstream runs of ${names.join(', ') || 'nobody'}; it has also read ${missing.join(', ')}`;
  return [
    broken('CORR-010', 'broken provenance', [first, sequence], `#${sequence}, a run of ${what}, ${said}.`),
  ];
}

/** The feature store tells of one run on two topics, and only it does. */
function judgeTopics({ processor, spans, what }: Work, run: Run): readonly Anomaly[] {
  const wanted = processor === FEATURE_STORE ? [OWN, PHASE_5] : [OWN];
  const told = `Run ${run.execution_id} of ${what}`;
  const events = run.messages.map(({ sequence }) => sequence);
  const stray = run.messages.find(({ topic }) => !(wanted as readonly string[]).includes(topic));
  if (stray !== undefined) {
    return [
      broken(
        'IDEM-003',
        'phantom completion',
        events,
        `${told} was told of on ${stray.topic}, where only the feature store tells.`,
      ),
    ];
  }
  const missing = wanted.find((topic) => run.messages.every((event) => event.topic !== topic));
  const last = spans.findLast(({ acked, from }) => acked && from > 0);
  if (missing === undefined || last === undefined) return [];
  return [
    broken(
      'IDEM-003',
      'lost message',
      events,
      `${told} was told of on ${run.first.topic} and never on ${missing}.`,
    ),
  ];
}

/** Judge that a completion which names a level names that of its processor. */
export function judgeLevel(
  { processor, what }: Work,
  { message, sequence }: PublishEvent,
): readonly Anomaly[] {
  const said = metadataOf(message)['level'];
  if (said === undefined || said === levelIn(processor)) return [];
  return [
    broken(
      'TOPO-004',
      'invalid message',
      [sequence],
      `#${sequence}, a run of ${what}, says level ${String(said)}; the registry gives it level ${levelIn(processor)}.`,
    ),
  ];
}
