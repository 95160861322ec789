import type { RequirementId } from '../../../../../generated/requirements.ts';
import { READINESS, TOPIC } from '../../../../../generated/topology.ts';
import type { History, Payload, RequestEvent, SeedEvent } from '../../../../history/events.ts';
import { responseTo, text } from '../../../../history/select.ts';
import type { AnomalyName } from '../../../anomalies.ts';
import type { Anomaly } from '../../../check.ts';
import { wordsOf } from '../../../judging/answers.ts';
import { counts, dateAndRun, skips } from '../../../owed/names.ts';
import { type Clock, clockOf } from '../clock.ts';
import { refusalOfCall } from '../odd.ts';
import {
  countPlayers,
  eligibleOf,
  isEnough,
  isPrepared,
  isSeenWhole,
  placeOfCall,
  requestsOf,
  type Standing,
  seedBefore,
  standingBefore,
} from './batch.ts';
import { faultsOver, isAlone, isBeforeFaults, type Span, spansOf } from './spans.ts';

const COMPONENT = 'phase5-coordinator';
/** What a start may be answered, in words. */
const WORDS = [
  'started',
  'already_complete',
  'already_running',
  'waiting_for_phase4',
  'no_games',
  'insufficient_data',
] as const;
type Word = (typeof WORDS)[number];

/** What a start, a trigger or a retry obliges to, and what it is called when it is not so. */
interface Expected {
  readonly requirement: RequirementId;
  /** Why, in words. */
  readonly because: string;
  readonly is_answered: (status: number | null) => boolean;
  readonly answer: string;
  /** Which of the words of a start the body says, where it says any of them. */
  readonly says?: Word;
  /** Players with the attempt of the request that is owed to each; none for silence. */
  readonly asked: ReadonlyMap<string, number>;
}

/** Judge each start, trigger and retry that nothing else ran beside: its answer, and exactly whom it requested. */
export function judgeStarts(history: History, isValid: (message: Payload) => boolean): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const clock = clockOf(history);
  return spans.flatMap((span): readonly Anomaly[] => {
    if (span.to === Infinity || !isAlone(span, spans)) return [];
    const { event } = span;
    if (event.kind === 'request' && refusalOfCall(event) !== undefined) return [];
    const place = event.kind === 'delivery' ? dateAndRun(event.message) : placeOfCall(event, clock);
    if (place === undefined) return [];
    const standing = standingBefore(history, spans, place, span.from, 'sure');
    // After faults a retry makes up for all that nobody saw.
    const is_seen = (): boolean =>
      faultsOver(history, spans, span, place) &&
      standing !== undefined &&
      isSeenWhole(history, place, standing);
    if (!isBeforeFaults(history, span) && !is_seen()) return [];
    const found: Found = {
      standing,
      seed: seedBefore(history, place, span.from),
      has_no_games: isPrepared(history, 'no_games', place, span.from),
      has_begun: isPrepared(history, 'phase_4_begun', place, span.from),
    };
    const expected = expectedOf(span, found, clock, isValid);
    return expected === undefined ? [] : compare(history, span, place, expected);
  });
}

/** What there was of a date and run when somebody asked. */
interface Found {
  readonly standing: Standing | undefined;
  readonly seed: SeedEvent | undefined;
  readonly has_no_games: boolean;
  readonly has_begun: boolean;
}

function expectedOf(
  { event }: Span,
  found: Found,
  clock: Clock,
  isValid: (message: Payload) => boolean,
): Expected | undefined {
  if (event.kind === 'request') {
    if (event.path === '/start') return expectedOfStart(event, found);
    return event.path === '/retry' ? expectedOfRetry(found) : undefined;
  }
  const { message, topic } = event;
  if (topic !== TOPIC.phase4PrecomputeComplete || message === null || !isValid(message)) return undefined;
  return expectedOfTrigger(message, found, clock.isPast(text(message, 'game_date'), event.at_ms));
}

const isOk = (status: number | null): boolean => status === 200;
const isAck = (status: number | null): boolean => status !== null && status < 300;
const NOBODY: ReadonlyMap<string, number> = new Map();

function silence(
  requirement: RequirementId,
  because: string,
  is_answered = isAck,
  answer = 'an ack',
): Expected {
  return { requirement, because, is_answered, answer, asked: NOBODY };
}

function expectedOfTrigger(
  message: Payload,
  { standing, seed }: Found,
  is_past: boolean | undefined,
): Expected | undefined {
  if (skips(message)) return silence('BACK-005', 'it skips downstream triggers');
  if (!counts(message)) return silence('COORD-033', `its status is ${text(message, 'status')}`);
  if (is_past === undefined) return undefined;
  if (is_past) return silence('COORD-004', 'its date is past');
  if (standing !== undefined) return silence('COORD-003', `batch ${standing.batch_id} is there`);
  const enough = isEnough(seed);
  if (seed !== undefined && enough === true) return begin(seed, isAck, 'an ack');
  if (enough === undefined && seed !== undefined) return undefined;
  const isLater = (status: number | null): boolean => status === 503;
  return silence('COORD-029', `${told(seed)}, which is too few`, isLater, '503');
}

function expectedOfStart(
  { body, headers }: RequestEvent,
  { standing, seed, has_no_games, has_begun }: Found,
): Expected | undefined {
  const is_scheduled = headers?.['X-CloudScheduler'] === 'true';
  const fields = body as Payload | null;
  const is_forced = fields?.['force'] === true;
  const min_minutes = typeof fields?.['min_minutes'] === 'number' ? fields['min_minutes'] : undefined;
  const isStarted = (status: number | null): boolean => status === 202;
  const isRefused = (status: number | null): boolean => status === 503;
  if (standing === undefined) {
    // The scheduler's start waits for Phase 4, for longer than the judge does.
    if (seed === undefined && is_scheduled && !has_no_games) return undefined;
    if (seed === undefined) return expectedOfNothing(has_no_games, has_begun);
    const enough = isEnough(seed);
    if (enough === undefined) return undefined;
    if (enough) return begin(seed, isStarted, '202', min_minutes);
    return silence('COORD-006', `${told(seed)}, which is too few`, isRefused, '503');
  }
  if (countPlayers(standing, 'open') > 0) {
    return {
      ...silence(is_forced ? 'COORD-018' : 'COORD-015', 'players of its batch are open', isOk, '200'),
      says: 'already_running',
    };
  }
  if (standing.ends.length === 0) return undefined;
  if (!is_forced)
    return {
      ...silence('COORD-016', 'its batch is complete', isOk, '200'),
      says: 'already_complete',
    };
  const enough = isEnough(seed);
  if (seed === undefined || enough === undefined) return undefined;
  if (!enough) {
    const because = `${told(seed)}, which is too few, also for a start by force`;
    return silence('COORD-006', because, isRefused, '503');
  }
  return {
    ...begin(seed, isStarted, '202', min_minutes),
    requirement: 'COORD-017',
    because: 'its batch is complete, and it was forced',
  };
}

/** A date of which the feature store was never filled. */
function expectedOfNothing(has_no_games: boolean, has_begun: boolean): Expected | undefined {
  if (has_no_games) {
    const because = 'nobody is listed, and the schedule lists no game';
    return { ...silence('COORD-036', because, isOk, '200'), says: 'no_games' };
  }
  if (has_begun) {
    const because = 'Phase 4 is under way';
    return { ...silence('COORD-031', because, isOk, '200'), says: 'waiting_for_phase4' };
  }
  const isRefused = (status: number | null): boolean => status === 503;
  return silence('COORD-006', 'no feature store was filled', isRefused, '503');
}

function begin(
  seed: SeedEvent,
  is_answered: Expected['is_answered'],
  answer: string,
  min_minutes?: number,
): Expected {
  const ready = seed.players_ready.length;
  const is_percent = 100 * ready >= READINESS.ready_percent_min * seed.players_total;
  const by_number = is_percent ? 'COORD-013' : 'COORD-014';
  return {
    requirement: min_minutes === undefined ? by_number : 'COORD-037',
    because: `${told(seed)}, which is enough${min_minutes === undefined ? '' : `, and min_minutes is ${min_minutes}`}`,
    is_answered,
    answer,
    asked: new Map(eligibleOf(seed, min_minutes).map((player) => [player, 1])),
  };
}

function expectedOfRetry({ standing, seed }: Found): Expected | undefined {
  if (standing === undefined) return silence('COORD-019', 'its date has no batch', isOk, '200');
  if (seed === undefined) return undefined;
  const stragglers = eligibleOf(seed, standing.min_minutes).filter(
    (player) => standing.players.get(player)?.state !== 'succeeded',
  );
  const asked = new Map(
    stragglers.map((player) => [player, (standing.players.get(player)?.attempt ?? 0) + 1] as const),
  );
  const status = asked.size === 0 ? 200 : 202;
  return {
    requirement: standing.min_minutes === undefined ? 'COORD-009' : 'COORD-037',
    because: `${asked.size} players of batch ${standing.batch_id} are ready and have no prediction`,
    is_answered: (one) => one === status,
    answer: `${status}`,
    asked,
  };
}

function told(seed: SeedEvent | undefined): string {
  if (seed === undefined) return 'no feature store was filled';
  return `${seed.players_ready.length} of ${seed.players_total} players are ready`;
}

function compare(history: History, span: Span, place: string, expected: Expected): readonly Anomaly[] {
  const { requirement, because, asked } = expected;
  const made = requestsOf(history, place).filter(
    ({ sequence }) => sequence > span.from && sequence < span.to,
  );
  const what = `${nameOf(span)} (#${span.from}) about ${place}: ${because}`;
  const events = [span.from, ...made.map(({ sequence }) => sequence), span.to];
  const found: Anomaly[] = [];
  const add = (anomaly: AnomalyName, wrong: string): void => {
    found.push({ requirement, anomaly, proof: `${what}. ${wrong}`, events });
  };
  if (!expected.is_answered(span.status)) {
    add(
      'wrong answer',
      `It was answered ${span.status ?? 'with nothing'} (#${span.to}) instead of ${expected.answer}.`,
    );
  }
  const body = span.event.kind === 'request' ? responseTo(history, span.from)?.body : undefined;
  const words = wordsOf(body ?? null);
  const said = WORDS.filter((word) => words.includes(word));
  if (expected.says !== undefined && said.length > 0 && !said.includes(expected.says)) {
    add('wrong answer', `Its answer (#${span.to}) says ${said.join(', ')} instead of ${expected.says}.`);
  }
  const keys = made.map(
    ({ message }) => `${text(message, 'player_lookup')} attempt ${String(message?.['attempt'])}`,
  );
  const owed = [...asked].map(([player, attempt]) => `${player} attempt ${attempt}`);
  const missing = owed.filter((key) => !keys.includes(key));
  const surplus = keys.filter((key, index) => !owed.includes(key) || keys.indexOf(key) !== index);
  if (missing.length > 0) {
    add(
      'lost message',
      `By its answer (#${span.to}) nobody had been requested for ${missing.slice(0, 5).join(', ')}, in all ${missing.length} of ${owed.length} that were owed.`,
    );
  }
  if (surplus.length > 0) {
    add(
      'phantom completion',
      `It requested ${surplus.slice(0, 5).join(', ')}, in all ${surplus.length} that nothing asks for.`,
    );
  }
  return found;
}

function nameOf({ event }: Span): string {
  if (event.kind === 'delivery')
    return `the delivery of ${text(event.message, 'processor_name')} ${text(event.message, 'status')}`;
  return `${event.method} ${event.path}`;
}
