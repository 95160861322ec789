import { READINESS } from '../../../../../generated/topology.ts';
import { validate } from '../../../../../generated/validation.ts';
import type { History, Json, Payload } from '../../../../history/events.ts';
import { isObject, responseTo } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { type Clock, clockOf, deadlineOf } from '../clock.ts';
import { refusalOfCall } from '../odd.ts';
import {
  countPlayers,
  isAboveThresholds,
  isPrepared,
  isSeenWhole,
  placeOfCall,
  type Standing,
  standingBefore,
} from './batch.ts';
import { faultsOver, isAlone, isBeforeFaults, type Span, spansOf } from './spans.ts';

const COMPONENT = 'phase5-coordinator';
/** Coverage is told with two decimals. */
const COVERAGE_SLACK = 0.011;

/** What a status must say; a field that is missing here is not judged. */
type Owed = Readonly<Record<string, Json>>;

/** Judge each status that nothing else ran beside: its code, and what it says. */
export function judgeStatuses(history: History): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const clock = clockOf(history);
  return spans.flatMap((span): readonly Anomaly[] => {
    const { event } = span;
    if (event.kind !== 'request' || event.method !== 'GET' || !event.path.startsWith('/status')) return [];
    if (span.to === Infinity || !isAlone(span, spans) || refusalOfCall(event) !== undefined) return [];
    // While faults strike, nobody has seen all that was asked and counted; a retry after them makes that up.
    const is_clear =
      isBeforeFaults(history, span) || faultsOver(history, spans, span, placeOfCall(event, clock));
    if (!is_clear) return [];
    return judgeStatus(history, span, spans, clock);
  });
}

function judgeStatus(history: History, span: Span, spans: readonly Span[], clock: Clock): readonly Anomaly[] {
  const { event } = span;
  if (event.kind !== 'request') return [];
  const place = placeOfCall(event, clock);
  const standing = standingBefore(history, spans, place, span.from, 'sure');
  const possible = standingBefore(history, spans, place, span.from, 'possible');
  if (place === undefined || wereAmbiguous(standing, possible)) return [];
  const events = [span.from, span.to];
  const completed = standing === undefined ? 0 : countPlayers(standing, 'succeeded');
  const requested = standing?.players.size ?? 0;
  const what = `#${span.from} asked for the status of ${place}, of whose ${requested} requested players ${completed} were predicted`;
  const found: Anomaly[] = [];
  // Whose request was refused is counted, although nobody saw it.
  const disturbed = !isBeforeFaults(history, span);
  if (disturbed && standing !== undefined && !isSeenWhole(history, place, standing)) return [];
  const sla = slaOf(history, span, place, standing, clock);
  const owed = sla === 'missed' ? 503 : 200;
  if (sla !== undefined && span.status !== owed) {
    const proof = `${what}; it was answered ${span.status ?? 'with nothing'} (#${span.to}) instead of ${owed}.`;
    found.push({ requirement: 'COORD-010', anomaly: 'wrong answer', proof, events });
  }
  const body = responseTo(history, event.sequence)?.body ?? null;
  // A field that the contract does not have is the target's own.
  const problems = validate('BatchStatus', 'receive', body).map(
    ({ field, expected, got }) => `${field} ${got} instead of ${expected}`,
  );
  const fields = isObject(body) ? body : {};
  const wrong = [
    ...problems.slice(0, 3),
    ...wrongFields(fields, {
      ...owedFields(place, standing, disturbed),
      ...(sla === undefined ? {} : { sla }),
    }),
    ...wrongCoverage(fields, requested === 0 ? 0 : (100 * completed) / requested),
  ];
  if (wrong.length > 0) {
    const proof = `${what}; its answer (#${span.to}) says ${wrong.join(', ')}.`;
    found.push({ requirement: 'COORD-024', anomaly: 'wrong count', proof, events });
  }
  return found;
}

function wereAmbiguous(sure: Standing | undefined, possible: Standing | undefined): boolean {
  if (sure === undefined || possible === undefined) return sure !== possible;
  return [...possible.players].some(([name, { state }]) => sure.players.get(name)?.state !== state);
}

/** How a date stands to its deadline; undefined where the judge does not know the time or the schedule. */
function slaOf(
  history: History,
  span: Span,
  place: string,
  standing: Standing | undefined,
  clock: Clock,
): string | undefined {
  const [game_date = ''] = place.split(' ');
  const completed = standing === undefined ? 0 : countPlayers(standing, 'succeeded');
  const requested = standing?.players.size ?? 0;
  if (requested > 0 && 100 * completed >= READINESS.coverage_percent_min * requested) return 'met';
  if (standing === undefined && isPrepared(history, 'no_games', place, span.from)) return 'none';
  const is_due = clock.isDue(game_date, span.event.at_ms);
  if (is_due === undefined) return undefined;
  return is_due ? 'missed' : 'open';
}

function owedFields(place: string, standing: Standing | undefined, disturbed: boolean): Owed {
  const [game_date = '', , run = '1'] = place.split(' ');
  const deadline = new Date(deadlineOf(game_date)).toISOString();
  const of_date = { game_date, run: Number(run) };
  if (standing === undefined) {
    return {
      ...of_date,
      state: 'none',
      batch_id: null,
      players_requested: 0,
      players_completed: 0,
      players_failed: 0,
      deadline,
    };
  }
  const { players, batch_id, round, seed } = standing;
  const open = countPlayers(standing, 'open');
  const completed = countPlayers(standing, 'succeeded');
  const is_over = open === 0 && standing.ends.length > 0;
  return {
    ...of_date,
    batch_id,
    deadline,
    players_requested: players.size,
    players_completed: completed,
    players_failed: players.size - completed - open,
    players_open: open,
    ...(open > 0 ? { state: 'running' } : is_over ? { state: 'complete' } : {}),
    // A round that nobody saw counts too.
    ...(disturbed || round === undefined ? {} : { round, ...(is_over ? { announced_round: round } : {}) }),
    ...(seed === undefined ? {} : { degraded: !isAboveThresholds(seed) }),
  };
}

function wrongFields(fields: Payload, owed: Owed): readonly string[] {
  return Object.entries(owed).flatMap(([field, value]) => {
    const said = fields[field];
    // Whether a field that may be missing is there, its schema says.
    if (said === undefined || said === value || isSameMoment(said, value)) return [];
    return [`${field} ${JSON.stringify(said)} instead of ${JSON.stringify(value)}`];
  });
}

function isSameMoment(said: Json, value: Json): boolean {
  return typeof said === 'string' && typeof value === 'string' && Date.parse(said) === Date.parse(value);
}

function wrongCoverage(fields: Payload, coverage: number): readonly string[] {
  const said = fields['coverage_percent'];
  if (said === undefined || Math.abs(Number(said) - coverage) < COVERAGE_SLACK) return [];
  return [`coverage_percent ${JSON.stringify(said)} instead of ${coverage.toFixed(2)}`];
}
