import { FEATURE_STORE } from '../../../generated/registry.ts';
import { READINESS } from '../../../generated/topology.ts';
import { deadline, isPast } from '../../calendar/calendar.ts';
import { decideReadiness } from '../../predictions/readiness/decide-readiness.ts';
import type { BatchStatus } from '../../predictions/status/decide-status.ts';
import type { Standing } from './decide-standing.ts';
import { type Finding, isFresh, shortTime } from './finding.ts';
import type { DateSnapshot } from './snapshot.ts';

/**
 * Find what hangs in Phase 5: a batch that was not started, does not end, is not announced, or covers too little.
 *
 * @param feature_store  how ml_feature_store_v2 stands.
 */
export function findBatch(
  snapshot: DateSnapshot,
  feature_store: Standing | undefined,
  status: BatchStatus,
  now: string,
): readonly Finding[] {
  if (snapshot.batch === null) return findUnstarted(snapshot, feature_store, now);
  return [...findUnfinished(snapshot, status, now), ...findCoverage(status, now), ...findShortfall(snapshot)];
}

const WHERE = 'phase 5';

function findUnstarted(
  { game_date, features }: DateSnapshot,
  feature_store: Standing | undefined,
  now: string,
): readonly Finding[] {
  const run = feature_store?.run;
  if (feature_store?.state !== 'done' || run == null) return [];
  const ended = `${FEATURE_STORE} ended ${run.status} at ${shortTime(run.finished_at, now)}`;
  const about = { code: 'BATCH_MISSING', where: WHERE, subject: 'prediction_batches' } as const;
  const { verdict } = readiness(features);
  if (verdict === 'insufficient') {
    return [
      {
        ...about,
        kind: 'problem',
        code: 'FEATURES_SHORT',
        sentence: `${ended} with ${features.ready} of ${features.total} players ready, and a batch needs ${READINESS.degraded_players_min}; look why Phase 4 left them out, then run the date again`,
        next: ['rerun'],
      },
    ];
  }
  if (isFresh(run.finished_at, now)) {
    return [{ ...about, kind: 'wait', sentence: `${ended}; its word to Phase 5 is on its way`, next: null }];
  }
  const reason = isPast(game_date, new Date(now))
    ? `${game_date} is past in Pacific time, so the coordinator ignores the completion of its feature store`
    : 'its completion was lost or refused on the way to phase5-coordinator';
  return [
    {
      ...about,
      kind: 'problem',
      sentence: `${ended} and no batch was started: ${reason}`,
      next: ['trigger', '5'],
    },
  ];
}

function findUnfinished({ batch }: DateSnapshot, status: BatchStatus, now: string): readonly Finding[] {
  if (batch === null) return [];
  const about = { where: WHERE, subject: batch.batch_id } as const;
  const { claimed_by, claim_expires_at, round_started_at, state } = batch;
  const isClaimed = claimed_by !== null && claim_expires_at !== null && claim_expires_at > now;
  const since = shortTime(round_started_at, now);
  const next = ['trigger', 'retry'];
  if (state === 'complete') {
    if (batch.announced_round >= batch.round) return [];
    const sentence = `batch ${batch.batch_id} is complete and round ${batch.round} is not announced`;
    return [{ ...about, kind: isClaimed ? 'wait' : 'problem', code: 'BATCH_UNANNOUNCED', sentence, next }];
  }
  const kind = isClaimed || isFresh(round_started_at, now) ? 'wait' : 'problem';
  const sentence =
    state === 'starting'
      ? `batch ${batch.batch_id} is being started since ${since}: ${startingBy(claimed_by, claim_expires_at, isClaimed, now)}`
      : `batch ${batch.batch_id} runs since ${since}: ${status.players_open} of ${status.players_requested} players have not answered`;
  return [{ ...about, kind, code: 'BATCH_UNFINISHED', sentence, next: kind === 'wait' ? null : next }];
}

function startingBy(
  claimed_by: string | null,
  claim_expires_at: string | null,
  isClaimed: boolean,
  now: string,
): string {
  if (claimed_by === null || claim_expires_at === null) return 'nobody is publishing its requests';
  const until = shortTime(claim_expires_at, now);
  return isClaimed
    ? `${claimed_by} is publishing its requests until ${until}`
    : `${claimed_by} held its claim until ${until}, and that instance is gone`;
}

function findCoverage(status: BatchStatus, now: string): readonly Finding[] {
  if (status.sla === 'met') return [];
  const { players_completed, players_requested, players_failed, coverage_percent, game_date } = status;
  // While it runs in time, the open players are the finding; a low coverage would say the same twice.
  if (status.state !== 'complete' && status.sla === 'open') return [];
  const due = shortTime(deadline(game_date).toISOString(), now);
  const late = status.sla === 'missed' ? `, and the deadline was ${due}` : `; the deadline is ${due}`;
  return [
    {
      kind: 'problem',
      code: 'COVERAGE_LOW',
      where: WHERE,
      subject: status.batch_id ?? 'prediction_batches',
      sentence: `${players_completed} of ${players_requested} requested players are predicted (${coverage_percent} %, ${players_failed} failed); at least ${READINESS.coverage_percent_min} % are owed${late}`,
      next: ['trigger', 'retry'],
    },
  ];
}

function findShortfall({ batch, features }: DateSnapshot): readonly Finding[] {
  if (batch === null || !batch.degraded) return [];
  return [
    {
      kind: 'note',
      code: 'DEGRADED',
      where: WHERE,
      subject: batch.batch_id,
      sentence: `batch ${batch.batch_id} was started below the thresholds: ${features.ready} of ${features.total} players have features`,
      next: null,
    },
  ];
}

function readiness({ ready, total }: DateSnapshot['features']) {
  return decideReadiness({ completed: true, begun: true, players_ready: ready, players_total: total });
}
