import { PipelineError } from '../errors/pipeline-error.ts';

/** What an operator may set by environment variable; the defaults are the contract's. Durations in seconds. */
export interface Settings {
  /** GOOGLE_CLOUD_PROJECT: the project whose Pub/Sub and Firestore are used. */
  readonly project: string;
  /** LEASE_SECONDS: how long a processor's claim stands when its instance is gone. */
  readonly lease_seconds: number;
  /** PUBLISH_CLAIM_SECONDS: how long an orchestrator's claim on a publish stands when its instance is gone. */
  readonly publish_claim_seconds: number;
  /** PHASE4_WAIT_SECONDS, PHASE4_POLL_SECONDS: how long and how often the backup start waits for Phase 4. */
  readonly phase4_wait_seconds: number;
  readonly phase4_poll_seconds: number;
  /**
   * SIMULATED_SEASONS: serve this many invented seasons, the last being 2024-25; null serves real figures.
   * SIMULATED_SEED: which ones; the same seed gives the same figures.
   */
  readonly simulated_seasons: number | null;
  readonly simulated_seed: number;
  /** SLATE_REPLAY_DATE: for every date, let this slate be the last one; null serves the day after the real slate alone. */
  readonly slate_replay_date: string | null;
  /** SLATE_REPLAY_GAMES: only the first N games of a replayed slate; null serves all. */
  readonly slate_replay_games: number | null;
  /**
   * CLOCK_START: the UTC moment at which this process's clock starts, so that a past date can be run as if it were
   * today; null is the real time. CLOCK_AHEAD_SECONDS says instead how far ahead of the real time it is, so that
   * several processes that are started one after the other have the same time. Both are refused on Cloud Run.
   */
  readonly clock_start: string | null;
}

/**
 * Reads the settings from the environment.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION naming the variable, what it must be and what it is.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const project = environment['GOOGLE_CLOUD_PROJECT'] ?? environment['GCLOUD_PROJECT'];
  if (project === undefined || project === '') {
    throw new PipelineError(
      'INVALID_CONFIGURATION',
      'GOOGLE_CLOUD_PROJECT must name a project, and is not set; set it and start again',
    );
  }
  return {
    project,
    lease_seconds: positive(environment, 'LEASE_SECONDS') ?? 600,
    publish_claim_seconds: positive(environment, 'PUBLISH_CLAIM_SECONDS') ?? 60,
    phase4_wait_seconds: positive(environment, 'PHASE4_WAIT_SECONDS') ?? 1740,
    phase4_poll_seconds: positive(environment, 'PHASE4_POLL_SECONDS') ?? 60,
    simulated_seasons: whole(environment, 'SIMULATED_SEASONS', 4),
    simulated_seed: whole(environment, 'SIMULATED_SEED', 2_147_483_647) ?? 1,
    slate_replay_date: environment['SLATE_REPLAY_DATE'] ?? null,
    slate_replay_games: positive(environment, 'SLATE_REPLAY_GAMES'),
    clock_start: clockStart(environment) ?? clockAhead(environment),
  };
}

function clockStart(environment: Readonly<Record<string, string | undefined>>): string | null {
  const text = environment['CLOCK_START'];
  if (text === undefined || text === '') return null;
  refuseOnCloudRun(environment, 'CLOCK_START');
  if (text.endsWith('Z') && Number.isFinite(Date.parse(text))) return text;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `CLOCK_START must be a UTC time such as 2024-01-15T11:00:00Z, got "${text}"; correct it and start again`,
    {
      variable: 'CLOCK_START',
      value: text,
    },
  );
}

/** Other than a start, it gives processes that begin one after the other the same time. */
function clockAhead(environment: Readonly<Record<string, string | undefined>>): string | null {
  const text = environment['CLOCK_AHEAD_SECONDS'];
  if (text === undefined || text === '') return null;
  refuseOnCloudRun(environment, 'CLOCK_AHEAD_SECONDS');
  const now = new Date(Date.now() + Number(text) * 1000);
  if (Number.isFinite(now.getTime())) return now.toISOString();
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `CLOCK_AHEAD_SECONDS must be a number of seconds, got "${text}"; take it from what pipeline serve prints`,
    { variable: 'CLOCK_AHEAD_SECONDS', value: text },
  );
}

function refuseOnCloudRun(environment: Readonly<Record<string, string | undefined>>, name: string): void {
  if (environment['K_SERVICE'] === undefined) return;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `${name} is for runs on one machine and must not be set on Cloud Run; remove it and deploy again`,
  );
}

function whole(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  max: number,
): number | null {
  const value = positive(environment, name);
  if (value === null || (Number.isInteger(value) && value <= max)) return value;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `${name} must be a whole number from 1 to ${max}, got "${environment[name]}"; correct it and start again`,
    { variable: name, value: environment[name] },
  );
}

function positive(environment: Readonly<Record<string, string | undefined>>, name: string): number | null {
  const text = environment[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `${name} must be a number above 0, got "${text}"; correct it and start again`,
    {
      variable: name,
      value: text,
    },
  );
}
