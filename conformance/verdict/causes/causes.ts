import type { RequirementId } from '../../../generated/requirements.ts';
import { TOPICS } from '../../../generated/topology.ts';
import { ANOMALIES, type AnomalyName } from '../../checks/anomalies.ts';
import { COMPONENT_NAMES } from '../../contract/names.ts';
import type { History, HistoryEvent } from '../../history/events.ts';
import type { ReportedAnomaly } from '../anomalies.ts';
import { failsTheRun, type RequirementVerdict } from '../verdict.ts';
import { CIRCUMSTANCES, type Circumstance, circumstanceOf } from './circumstance.ts';
import { KINDS, URGENCIES, type Urgency } from './kinds.ts';

/** One thing to mend, with everything that it breaks. */
export interface Cause {
  readonly urgency: Urgency;
  /** The anomaly of the failure to look at first. */
  readonly anomaly: AnomalyName;
  /** null when nothing tells whose it is. */
  readonly component: string | null;
  readonly circumstance: Circumstance;
  /** What goes wrong, whose it is and when, in one sentence. */
  readonly sentence: string;
  /** What a right program would have done. */
  readonly right: string;
  /** The requirements that it breaks, the first that of the failure to look at. */
  readonly requirements: readonly RequirementId[];
  /** The failure to look at first: the smallest of the most urgent. */
  readonly lead: ReportedAnomaly;
  /** How many anomalies are behind it. */
  readonly anomalies: number;
}

const NONE: Circumstance = 'none';

interface Sign {
  readonly verdict: RequirementVerdict;
  readonly anomaly: ReportedAnomaly;
  readonly component: string | null;
  readonly circumstance: Circumstance;
  readonly family: string;
  readonly urgency: Urgency;
}

/** Families that one simple fault of a component brings with it. */
const FOLLOWS: readonly string[] = ['loss', 'refusal', 'silence', 'crash', 'batch'];

/** Families by which work is lost: where it is, in the same circumstances, both are one fault. */
const LEADS_TO_LOSS: readonly string[] = ['ack'];

/** Group the failures of a run by what causes them, the most urgent first. Known differences are nobody's surprise, and left out. */
export function causesOf(verdicts: readonly RequirementVerdict[]): readonly Cause[] {
  const all = verdicts.filter(({ result, known }) => result === 'failed' && !known).flatMap(signsOf);
  const idle = idleComponents(all);
  // Where a component serves nothing, what was special each time did not bring it about.
  const signs = all.map((sign) =>
    FOLLOWS.includes(sign.family) && idle.has(sign.component) ? { ...sign, circumstance: NONE } : sign,
  );
  const groups = new Map<string, Sign[]>();
  for (const sign of signs) {
    const key = keyOf(sign, signs);
    const alike = groups.get(key);
    if (alike === undefined) groups.set(key, [sign]);
    else alike.push(sign);
  }
  return [...groups.values()].map(causeOf).sort(byUrgency);
}

function signsOf(verdict: RequirementVerdict): readonly Sign[] {
  const is_must = failsTheRun(verdict, false);
  return verdict.anomalies.map((anomaly) => {
    const { family, urgency } = KINDS[anomaly.anomaly];
    return {
      verdict,
      anomaly,
      component: componentOf(anomaly),
      circumstance: circumstanceOf(anomaly),
      family,
      urgency: is_must ? urgency : 'should',
    };
  });
}

/** Signs with one key have one cause. */
function keyOf(sign: Sign, signs: readonly Sign[]): string {
  const { component, circumstance, family, anomaly } = sign;
  const of = component ?? '?';
  const root = rootOf(sign, signs);
  if (root !== undefined) return keyOf(root, signs);
  if (family === 'shape' || family === 'topic') return `${of} ${family} ${topicsOf(anomaly)}`;
  if (circumstance === 'invalid input' || family === 'validation') return `${of} validation`;
  if (FOLLOWS.includes(family) && isSimplyBroken(component, signs)) return `${of} does not work`;
  return `${of} ${family} ${circumstance}`;
}

/** The sign that explains another: one of which it is a consequence, or a loss in the same circumstances, which an unsafe ack leads to. */
function rootOf(
  { anomaly, component, circumstance, family }: Sign,
  signs: readonly Sign[],
): Sign | undefined {
  const own = [...signs].sort(bySize).filter((other) => other.component === component);
  const explains = own.find(
    (other) =>
      anomaly.explained_by.includes(other.anomaly.anomaly) && other.anomaly.explained_by.length === 0,
  );
  if (explains !== undefined || !LEADS_TO_LOSS.includes(family)) return explains;
  return own.find((other) => other.family === 'loss' && other.circumstance === circumstance);
}

/** Whether a component loses or refuses what comes without anything special about it: then all else it loses follows. */
function isSimplyBroken(component: string | null, signs: readonly Sign[]): boolean {
  return signs.some(
    (sign) =>
      sign.component === component &&
      sign.circumstance === 'none' &&
      FOLLOWS.includes(sign.family) &&
      sign.urgency !== 'should',
  );
}

/**
 * Those that took nothing in any failure, whatever was special about it: one circumstance alone may be the cause, several
 * are none.
 */
function idleComponents(signs: readonly Sign[]): ReadonlySet<string | null> {
  const own = (name: string | null): readonly Sign[] =>
    signs.filter(({ component, family }) => component === name && FOLLOWS.includes(family));
  const names = new Set(signs.map(({ component }) => component));
  return new Set(
    [...names].filter((name) => {
      if (name === null) return false;
      const about = own(name);
      const circumstances = new Set(about.map(({ circumstance }) => circumstance));
      return circumstances.size > 1 && !about.some(({ anomaly }) => tookAny(anomaly.history, name));
    }),
  );
}

/** Whether a component acked a delivery, or did what a request asked for. */
function tookAny(history: History, component: string): boolean {
  const taken = new Set<number>();
  for (const event of history) {
    if (event.kind === 'answer' && event.acked) taken.add(event.delivery);
    if (event.kind === 'response' && event.status !== null && event.status < 300) taken.add(event.request);
  }
  return history.some(
    (event) =>
      (event.kind === 'delivery' || (event.kind === 'request' && event.method === 'POST')) &&
      event.component === component &&
      taken.has(event.sequence),
  );
}

function topicsOf({ history, events }: ReportedAnomaly): string {
  const topics = history.flatMap((event) =>
    event.kind === 'publish' && events.includes(event.sequence) ? [event.topic] : [],
  );
  return [...new Set(topics)].sort().join(',');
}

function causeOf(signs: readonly Sign[]): Cause {
  const [first, ...others] = [...signs].sort(bySize);
  if (first === undefined) throw new Error('a cause needs at least one sign');
  const { anomaly, component, circumstance, urgency, verdict } = first;
  const name = anomaly.anomaly;
  const requirements = [verdict, ...others.map((sign) => sign.verdict)].map(
    ({ requirement }) => requirement.id,
  );
  return {
    urgency,
    anomaly: name,
    component,
    circumstance,
    sentence: sentenceOf(name, component, circumstance),
    right: KINDS[name].right,
    requirements: [...new Set(requirements)],
    lead: anomaly,
    anomalies: signs.length,
  };
}

/** Name the fault, its place and its circumstances: "lost trigger in phase4-orchestrator when …: …". */
function sentenceOf(name: AnomalyName, component: string | null, circumstance: Circumstance): string {
  const place = component === null ? '' : ` in ${component}`;
  const when = circumstance === 'none' ? '' : ` ${CIRCUMSTANCES[circumstance]}`;
  return `${name}${place}${when}. ${ANOMALIES[name]}`;
}

const rankOf = (urgency: Urgency): number => URGENCIES.indexOf(urgency);

/** The most urgent first, then what happens without anything special, then the smallest case. */
function bySize(a: Sign, b: Sign): number {
  return (
    rankOf(a.urgency) - rankOf(b.urgency) ||
    Number(a.circumstance !== 'none') - Number(b.circumstance !== 'none') ||
    a.anomaly.history.length - b.anomaly.history.length
  );
}

/** By urgency, then what needs nothing special to happen, then by how much it breaks. */
function byUrgency(a: Cause, b: Cause): number {
  return (
    rankOf(a.urgency) - rankOf(b.urgency) ||
    Number(a.circumstance !== 'none') - Number(b.circumstance !== 'none') ||
    b.requirements.length - a.requirements.length
  );
}

/**
 * Say which component an anomaly is about: the author of what its proof cites, else whoever was handed or asked it, else the
 * only component of its history. null when nothing tells.
 */
function componentOf({ history, events, proof }: ReportedAnomaly): string | null {
  const cited = history.filter(({ sequence }) => events.includes(sequence));
  const named = [
    ...cited.filter(({ kind }) => kind === 'publish'),
    ...cited.filter(({ kind }) => kind !== 'publish'),
  ].flatMap(whose);
  if (named.length > 0) return mostOf(named);
  const inProof = COMPONENT_NAMES.filter((name) => proof.includes(name));
  if (inProof.length === 1) return inProof[0] ?? null;
  const present = [
    ...new Set(history.flatMap((event) => (event.kind === 'delivery' ? [event.component] : []))),
  ];
  return present.length === 1 ? (present[0] ?? null) : null;
}

function whose(event: HistoryEvent): readonly string[] {
  switch (event.kind) {
    case 'publish': {
      if (event.component !== undefined) return [event.component];
      const topics: Readonly<Record<string, { readonly senders: readonly string[] }>> = TOPICS;
      const senders = topics[event.topic]?.senders ?? [];
      return senders.length === 1 ? senders : [];
    }
    case 'delivery':
    case 'request':
    case 'process':
      return [event.component];
    case 'call':
    case 'commit':
      return event.component === undefined ? [] : [event.component];
    default:
      return [];
  }
}

/** The name that stands most often, the first of several. */
function mostOf(names: readonly string[]): string | null {
  const times = (name: string): number => names.filter((other) => other === name).length;
  return [...new Set(names)].sort((a, b) => times(b) - times(a))[0] ?? null;
}
