import { FEATURE_STORE } from '../../../generated/registry.ts';
import { SUBSCRIPTIONS } from '../../../generated/topology.ts';
import { decideNoGames } from '../../predictions/readiness/games.ts';
import { decideStatus } from '../../predictions/status/decide-status.ts';
import { explainDeadLetter } from '../dead-letters/explain.ts';
import { findBatch } from './decide-batch.ts';
import { findHandovers } from './decide-handover.ts';
import { findStanding, phaseOf } from './decide-run.ts';
import { decideStandings, liveRuns, type Standing } from './decide-standing.ts';
import { type Diagnosis, type Finding, shortTime, type Waiting } from './finding.ts';
import type { DateSnapshot } from './snapshot.ts';

/**
 * Say how a date and run stands: what is missing, why, and what to do next.
 *
 * @param now  UTC; claims and deadlines are judged by it.
 * @returns    causes first; a processor that merely waits for one is under `waiting`.
 */
export function diagnose(snapshot: DateSnapshot, now: string): Diagnosis {
  const { game_date, run, batch, players } = snapshot;
  const standings = decideStandings(snapshot, now);
  const no_games = decideNoGames(liveRuns(snapshot));
  const predictions = decideStatus({ game_date, run }, batch ?? undefined, players, now, no_games);
  const about = { game_date, run, at: now, standings, predictions };
  const letters = findDeadLetters(snapshot);
  if (standings.every(({ run: ended, claim }) => ended === null && claim === null)) {
    return { ...about, ...unstarted(snapshot, letters) };
  }
  if (batch === null && no_games) return { ...about, ...withoutGames(snapshot, letters) };
  const feature_store = standings.find(({ processor }) => processor === FEATURE_STORE);
  const findings = [
    ...standings.flatMap((standing) => findStanding(standing, standings, now)),
    ...findHandovers(snapshot, standings, now),
    ...findBatch(snapshot, feature_store, predictions, now),
    ...letters,
  ];
  const isStuck = findings.some(({ kind }) => kind === 'problem');
  const isComplete = batch?.state === 'complete' && predictions.sla === 'met';
  return {
    ...about,
    verdict: isStuck ? 'stuck' : isComplete ? 'complete' : 'working',
    findings: [...findings].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)),
    waiting: findWaiting(standings, findings, now),
  };
}

/** A date without games is done when its list of games is read: every empty table follows from it. */
function withoutGames(
  { game_date }: DateSnapshot,
  letters: readonly Finding[],
): Pick<Diagnosis, 'verdict' | 'findings' | 'waiting'> {
  const sentence = `the list of games of ${game_date} is empty, so nobody is to be predicted`;
  const about = { where: 'phase 1', subject: 'nbac_schedule', next: null } as const;
  const finding: Finding = { ...about, kind: 'note', code: 'NO_GAMES', sentence };
  return { verdict: letters.length > 0 ? 'stuck' : 'complete', findings: [...letters, finding], waiting: [] };
}

const KINDS: readonly Finding['kind'][] = ['problem', 'wait', 'note'];

function unstarted(
  { game_date, run, history }: DateSnapshot,
  letters: readonly Finding[],
): Pick<Diagnosis, 'verdict' | 'findings' | 'waiting'> {
  const about = { where: 'phase 1', subject: game_date } as const;
  if (history.length > 0) {
    const reason = history.at(-1)?.backfill_reason ?? 'no reason given';
    const sentence = `${game_date} was loaded as history (${reason}), which triggers nothing; its live run is still to come`;
    const finding: Finding = { ...about, kind: 'note', code: 'BACKFILL_ONLY', sentence, next: null };
    const isStuck = letters.length > 0;
    return { verdict: isStuck ? 'stuck' : 'backfill', findings: [...letters, finding], waiting: [] };
  }
  const sentence = `nothing is on record for run ${run} of ${game_date}: no scraper has run`;
  const finding: Finding = {
    ...about,
    kind: 'problem',
    code: 'NOTHING_RUN',
    sentence,
    next: ['trigger', '1'],
  };
  return { verdict: 'nothing', findings: [finding, ...letters], waiting: [] };
}

/** Good messages are replayed, wrong ones are looked at: of a topic with both, each kind is a finding. */
function findDeadLetters({ dead_letters }: DateSnapshot): readonly Finding[] {
  const topics = [...new Set(dead_letters.map(({ topic }) => topic))];
  return topics.flatMap((topic) => {
    const letters = dead_letters.filter((letter) => letter.topic === topic).map(explainDeadLetter);
    const good = letters.filter(({ can_succeed }) => can_succeed);
    const wrong = letters.filter(({ can_succeed }) => !can_succeed);
    const receiver = Object.values(SUBSCRIPTIONS).find((known) => known.topic === topic)?.component;
    const codes = [...new Set(wrong.map(({ code }) => code))].join(', ');
    const about = { kind: 'problem', code: 'DEAD_LETTERS', where: 'dead letters', subject: topic } as const;
    const replayed: Finding = {
      ...about,
      sentence: `${waitOn(good.length, topic)}: valid, but ${receiver} could not finish ${good.length === 1 ? 'it' : 'them'}. If it is well again, replay`,
      next: ['dead-letters', 'replay', '--topic', topic, '--all'],
    };
    const shown: Finding = {
      ...about,
      sentence: `${waitOn(wrong.length, topic)}, refused by ${receiver}: ${codes}`,
      next: ['dead-letters', 'show', '--topic', topic],
    };
    return [...(good.length > 0 ? [replayed] : []), ...(wrong.length > 0 ? [shown] : [])];
  });
}

function waitOn(count: number, topic: string): string {
  return `${count} dead ${count === 1 ? 'letter waits' : 'letters wait'} on ${topic}`;
}

/** Names for each waiting processor the findings at the bottom of what it waits for. */
function findWaiting(
  standings: readonly Standing[],
  findings: readonly Finding[],
  now: string,
): readonly Waiting[] {
  const rootsOf = (processor: string, above: ReadonlySet<string>): readonly string[] => {
    const standing = standings.find((other) => other.processor === processor);
    if (standing === undefined || above.has(processor)) return [];
    if (standing.state !== 'waiting') return standing.state === 'done' ? [] : [describeRoot(standing, now)];
    return standing.waits_for.flatMap((name) => rootsOf(name, new Set([...above, processor])));
  };
  return standings
    .filter(({ state }) => state === 'waiting')
    .map((standing) => {
      const roots = [...new Set(rootsOf(standing.processor, new Set()))];
      const handover = findings.find(({ code, where }) => {
        return (
          ['TRIGGER_PENDING', 'TRIGGER_MISSING', 'NOT_COUNTED'].includes(code) && where.startsWith('phase')
        );
      });
      const what = roots.length > 0 ? roots.join(', and for ') : (handover?.subject ?? 'its trigger');
      return {
        where: phaseOf(standing),
        processor: standing.processor,
        sentence: `${standing.processor} has no run: waits for ${what}`,
      };
    });
}

function describeRoot({ processor, state, run, claim }: Standing, now: string): string {
  const at = run === null ? '' : ` at ${shortTime(run.finished_at, now)}`;
  switch (state) {
    case 'failed':
      return `${processor}, whose run failed${at} with ${run?.error_type ?? 'no error_type'}`;
    case 'empty':
      return `${processor}, which found no data${at}`;
    case 'owed':
      return `${processor}, whose completion is not out`;
    case 'working':
      return `${processor}, which is running`;
    case 'stuck':
      return `${processor}, whose claim by ${claim?.held_by} has run out`;
    default:
      return `${processor}, which has not run`;
  }
}
