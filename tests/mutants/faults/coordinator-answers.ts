import { fault, type Mutant } from '../mutant.ts';

const DECIDE_START = 'predictions/batch/decide-start.ts';
const READINESS = 'predictions/readiness/decide-readiness.ts';
const ROUTE = 'predictions/routes/start.ts';

/** What goes wrong between the coordinator's callers and its answers. */
export const COORDINATOR_ANSWERS: readonly Mutant[] = [
  fault(
    'Q01-percent-forgotten',
    'COORD-013',
    'Only 100 ready players are enough; a small slate never starts.',
    READINESS,
    'completed && (enough_percent || ready >= READINESS.ready_players_min)',
    'completed && enough_percent && ready >= READINESS.ready_players_min',
  ),
  fault(
    'Q02-degraded-from-one-player-less',
    'COORD-014',
    'A start goes on degraded with 49 ready players.',
    READINESS,
    'ready >= READINESS.degraded_players_min',
    'ready >= READINESS.degraded_players_min - 1',
  ),
  fault(
    'Q03-running-told-as-complete',
    'COORD-015',
    'A start says complete while the batch is running, and the operator goes home.',
    ROUTE,
    "if (batch.state === 'running') return 'already_running';",
    "if (batch.state === 'running') return force ? 'already_running' : 'already_complete';",
  ),
  fault(
    'Q04-complete-told-as-running',
    'COORD-016',
    'A start says running for a batch that has ended, and the operator waits for ever.',
    ROUTE,
    "return force ? 'none' : 'already_complete';",
    "return force ? 'none' : 'already_running';",
  ),
  fault(
    'Q05-force-without-effect',
    'COORD-017',
    'A start by force of a finished batch is answered as if it had not been asked for.',
    DECIDE_START,
    "if (!event.force) return unchanged(current, 'already_complete');",
    "if (event.force || !event.force) return unchanged(current, 'already_complete');",
  ),
  fault(
    'Q06-force-replaces-a-running-batch',
    'COORD-018',
    'A start by force replaces the running batch, whose results then belong to nobody.',
    ROUTE,
    "if (batch.state === 'running') return 'already_running';",
    "if (batch.state === 'running') return force ? 'already_complete' : 'already_running';",
  ),
  fault(
    'Q07-retry-of-nothing-is-an-outage',
    'COORD-019',
    'A retry of a date without a batch is answered 503, and the scheduler repeats it.',
    'predictions/routes/retry.ts',
    'if (batch === undefined) return { status: 200,',
    'if (batch === undefined) return { status: 503,',
  ),
  fault(
    'Q08-invalid-call-starts-today',
    'COORD-020',
    'A body that is not valid is taken for an empty one, and means today.',
    'predictions/routes/request.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the reference's source.
    'requireValid(schema, body, `the body of ${request.method} ${request.path}`);',
    "if (validate(schema, 'send', body).length > 0) return {} as Body;",
  ),
  fault(
    'Q09-today-of-another-zone',
    'COORD-021',
    'A status without a date is about a day that is not today in Pacific time.',
    'predictions/readiness/calendar.ts',
    'return wallClock(now, READINESS.business_time_zone).slice(0, 10);',
    'return wallClock(new Date(now.getTime() + 86_400_000), READINESS.business_time_zone).slice(0, 10);',
  ),
  fault(
    'Q10-no-health',
    'COORD-022',
    'A component has no health check, and the platform restarts it for ever.',
    'http/route.ts',
    "path: '/health',",
    "path: '/healthz',",
  ),
  fault(
    'Q11-one-batch-for-both-runs',
    'COORD-023',
    'Run 2 of a date is asked under a batch id that does not name the run.',
    'predictions/rounds/start-batch.ts',
    'batchId(address, ports.ids.uuid())',
    "batchId({ ...address, run: 1 }, '00000000-0000-4000-8000-000000000000')",
  ),
  fault(
    'Q12-partial-tables-never-ready',
    'IDEM-008',
    'A raw table that was loaded in part never counts as ready.',
    'analytics/service.ts',
    "if (message.status === 'failed') {",
    "if (message.status === 'failed' || message.status === 'partial') {",
  ),
  fault(
    'Q13-unknown-scraper-runs-another',
    'LIVE-003',
    'A scrape of an unknown scraper is answered 200 and runs another one.',
    'scrapers/request.ts',
    'if (scraper !== undefined) return scraper;',
    "return scraper ?? SCRAPER_NAMES[0] ?? '';",
  ),
  fault(
    'Q14-late-failure-ends-the-later-attempt',
    'COORD-028',
    'A failure of attempt 1 that comes during attempt 2 ends the batch, whose announcement then lacks a prediction.',
    'predictions/batch/decide-player.ts',
    "return [current, 'superseded'];",
    "return [{ ...answer, state: 'failed' }, 'counted'];",
  ),
];
