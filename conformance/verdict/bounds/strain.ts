import type { AnomalyName } from '../../checks/anomalies.ts';
import { marker } from '../../checks/judging/answers.ts';
import type { AnswerEvent, History } from '../../history/events.ts';
import type { Target } from '../../targets/description.ts';
import { judgeCase } from '../anomalies.ts';
import { missingIn } from '../evidence.ts';
import { type JudgedCase, STUCK_MARKER } from '../running/cases.ts';

/** A beat of the judge's own pulse that came late although the judge was not at work: the machine gave it no processor. */
export interface LateBeat {
  /** When it came, in milliseconds since 1970. */
  readonly at_ms: number;
  /** How much later than it was due. */
  readonly late_ms: number;
}

/** How long the judge waited for a processor in some time. */
export interface Strain {
  readonly span_ms: number;
  /** All waits together. */
  readonly starved_ms: number;
  readonly longest_ms: number;
}

/** Watches how a machine treats the judge. */
export interface StrainWatch {
  /** What is known of the time between two moments, in milliseconds since 1970. */
  between(from_ms: number, to_ms: number): Strain;
  end(): void;
}

/** So often the pulse beats. */
const BEAT_MS = 100;
/** A beat that is later than this is late; timers are never exact. */
const LATE_MS = 50;
/** A judge that worked for this part of the delay was late by its own work. */
const OWN_PART = 0.5;
/** Starved for so long at a stretch: as long as a program may take to recover. */
const STRETCH_MS = 3_000;
/** Or for this part of the time, and so long altogether. Less is what any machine does that runs several things. */
const PART = 0.5;
const STARVED_MS = 3_000;

/** What a case says that is given up for this reason; each requirement that it is about is not judged. */
export const STARVED =
  'the machine was starved of processor time while it ran, so that what went wrong in it may be the doing of the machine; judge again when the machine is less busy';

/** What is wrong however slowly everything runs: each of these is about what was published or acked, and not about when. */
const TIMELESS: readonly AnomalyName[] = [
  'invalid message',
  'wrong topic',
  'early trigger',
  'level inversion',
  'phantom completion',
  'backfill leak',
  'broken correlation',
  'broken provenance',
  'changed date',
  'changed run',
  'swallowed message',
  'state left behind',
];

/** Watch the machine from now on. */
export function watchStrain(): StrainWatch {
  const beats: LateBeat[] = [];
  let due_ms = Date.now() + BEAT_MS;
  let worked = process.cpuUsage();
  const look = (): void => {
    const at_ms = Date.now();
    const { user, system } = process.cpuUsage(worked);
    const beat = lateBeat({ at_ms, due_ms, worked_ms: (user + system) / 1000 });
    if (beat !== undefined) beats.push(beat);
    if (at_ms < due_ms) return;
    due_ms = at_ms + BEAT_MS;
    worked = process.cpuUsage();
  };
  const pulse = setInterval(look, BEAT_MS);
  pulse.unref();
  return {
    between(from_ms, to_ms) {
      // After a stall whoever asks may come before the beat.
      look();
      return strainOf(beats, from_ms, to_ms);
    },
    end: () => clearInterval(pulse),
  };
}

/** Decide whether a beat was late for want of a processor. @param worked_ms what the judge took of it since the beat before. */
export function lateBeat({
  at_ms,
  due_ms,
  worked_ms,
}: {
  readonly at_ms: number;
  readonly due_ms: number;
  readonly worked_ms: number;
}): LateBeat | undefined {
  const late_ms = at_ms - due_ms;
  return late_ms < LATE_MS || worked_ms >= OWN_PART * late_ms ? undefined : { at_ms, late_ms };
}

/** Add up what beats tell of the time between two moments; of a wait that began before it the part within it. */
export function strainOf(beats: readonly LateBeat[], from_ms: number, to_ms: number): Strain {
  const waits = beats.map(({ at_ms, late_ms }) =>
    Math.max(0, Math.min(at_ms, to_ms) - Math.max(at_ms - late_ms, from_ms)),
  );
  return {
    span_ms: to_ms - from_ms,
    starved_ms: waits.reduce((sum, wait_ms) => sum + wait_ms, 0),
    longest_ms: waits.reduce((most, wait_ms) => Math.max(most, wait_ms), 0),
  };
}

/** Tell whether a time was too starved to hold what took long in it against anybody. */
export function isStarved({ span_ms, starved_ms, longest_ms }: Strain): boolean {
  return longest_ms >= STRETCH_MS || (starved_ms >= STARVED_MS && starved_ms >= PART * span_ms);
}

/**
 * Say why a case is given up that ran on a starved machine: in all that it shows the patience of the judge ran out, or something that
 * it needs did not come. Undefined for a case in which nothing went wrong, and for one that shows what is wrong at any speed.
 */
export function excuse(tried: JudgedCase, target: Target, strain: Strain): string | undefined {
  if (!isStarved(strain)) return undefined;
  const anomalies = judgeCase(tried, target);
  if (anomalies.some(({ anomaly, history }) => TIMELESS.includes(anomaly) || !ranOut(history)))
    return undefined;
  const { check } = tried.case;
  const history = tried.scene.history();
  const lacks = (): boolean =>
    check.requirements.some((id) => missingIn(check, history, id)?.by === 'target');
  return anomalies.length > 0 || lacks() ? STARVED : undefined;
}

/**
 * Whether the judge's patience ran out somewhere: a message that was valid and not acked at last, a call without an answer, or a
 * case that could not go on. Where everything was acked, what is not there will not come either, however long one waits.
 */
export function ranOut(history: History): boolean {
  const messages = new Map<number, string>();
  const last = new Map<string, AnswerEvent>();
  for (const event of history) {
    if (event.kind === 'delivery') messages.set(event.sequence, `${event.component} ${event.message_id}`);
    if (event.kind === 'answer') last.set(messages.get(event.delivery) ?? '', event);
  }
  return (
    [...last.values()].some(({ acked, status }) => !acked && status !== 400) ||
    history.some((event) => event.kind === 'response' && event.status === null) ||
    marker(history, STUCK_MARKER) !== undefined
  );
}

/** Say in figures how a run fared; undefined where no case was given up for it. */
export function strainWords(given_up: ReadonlyMap<string, string>, strain: Strain): string | undefined {
  const cases = [...given_up.values()].filter((because) => because === STARVED).length;
  if (cases === 0) return undefined;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  return `The machine was starved: of ${seconds(strain.span_ms)} s the judge waited ${seconds(strain.starved_ms)} s for a processor, ${seconds(strain.longest_ms)} s at a stretch. ${cases} ${cases === 1 ? 'case in which something went wrong is' : 'cases in which something went wrong are'} not judged, since that may be the machine's doing.`;
}
