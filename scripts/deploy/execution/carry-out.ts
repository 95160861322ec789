import { type BigQuery, createBigQuery } from '../gcloud/bigquery.ts';
import type { Call } from '../gcloud/call.ts';
import { complaintOf, type Gcloud } from '../gcloud/run.ts';
import type { Step } from '../plan/plan.ts';

/** How a series of calls ended. */
export interface Outcome {
  readonly done: readonly Step[];
  /** The first call that failed, with what gcloud said; null when none did. */
  readonly failure: { readonly call: Call; readonly complaint: string } | null;
  /** Steps that failed, that one and those that were under way beside it; each may be done in part. */
  readonly failed: readonly Step[];
  /** Steps that were not begun. */
  readonly open: readonly Step[];
}

/** What a series of calls needs. */
export interface Means {
  readonly gcloud: Gcloud;
  /** Writes one line. */
  readonly say: (line: string) => void;
  readonly wait: (duration_ms: number) => Promise<unknown>;
}

/** How many calls run at the same time. */
const AT_ONCE = 4;
/** Waits before a call is repeated that met something too new to be seen everywhere. */
const PATIENCE_MS = [5_000, 10_000, 20_000, 30_000];
/** The same for a log-based metric: Google says that it takes up to ten minutes until a policy may name it. */
const PATIENCE_FOR_METRICS_MS = [15_000, 30_000, ...Array<number>(10).fill(60_000)];

/**
 * Carry calls out, group after group. Within a group, calls on the same resource run one after the other and the
 * others side by side. After a failure nothing new is begun; what is under way is waited for.
 *
 * @param groups  each needs all groups before it to be done.
 */
export async function carryOut(groups: readonly (readonly Call[])[], means: Means): Promise<Outcome> {
  const done: Call[] = [];
  const bigQuery = createBigQuery(means.gcloud);
  for (const group of groups) {
    const failures = await carryOutGroup(group, means, done, bigQuery);
    const [failure] = failures;
    if (failure === undefined) continue;
    const failed = stepsOf(failures.map(({ call }) => call));
    const whole = stepsOf(done).filter((step) => !failed.includes(step));
    const open = stepsOf(groups.flat()).filter((step) => !failed.includes(step) && !whole.includes(step));
    return { done: whole, failure, failed, open };
  }
  return { done: stepsOf(done), failure: null, failed: [], open: [] };
}

function stepsOf(calls: readonly Call[]): readonly Step[] {
  return [...new Set(calls.flatMap(({ steps }) => steps))];
}

async function carryOutGroup(
  group: readonly Call[],
  means: Means,
  done: Call[],
  bigQuery: BigQuery,
): Promise<readonly NonNullable<Outcome['failure']>[]> {
  const lanes = [
    ...new Map(
      group.map((call) => [laneOf(call), group.filter((other) => laneOf(other) === laneOf(call))]),
    ).values(),
  ];
  const failures: NonNullable<Outcome['failure']>[] = [];
  const work = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
      for (const call of lane) {
        if (failures.length > 0) return;
        const complaint = await carryOutCall(call, means, bigQuery);
        if (complaint === null) done.push(call);
        else failures.push({ call, complaint });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failures;
}

/** Names what a call must not share with another call at the same time. */
function laneOf({ steps: [step] }: Call): string {
  if (step === undefined) return '';
  const { kind, name, settings } = step.resource;
  // Two changes of one policy at the same time refuse each other.
  if (kind === 'grant') return `policy of ${settings['on_kind']} ${settings['on']}`;
  // The first build makes the repository and the bucket that the others use.
  if (kind === 'service' || kind === 'function') return 'code';
  // A view is refused when what it reads is not there yet, and its list is in that order.
  if (kind === 'view') return 'views';
  return `${kind} ${name}`;
}

async function carryOutCall(
  call: Call,
  { gcloud, say, wait }: Means,
  bigQuery: BigQuery,
): Promise<string | null> {
  const what = callInWords(call);
  for (let attempt = 0; ; attempt += 1) {
    const { code, stderr } =
      call.request === undefined ? await gcloud(call.args, call.input) : await bigQuery(call.request);
    if (code === 0) {
      say(`  done    ${what}`);
      return null;
    }
    const complaint = complaintOf(stderr);
    const pause_ms = patienceWith(complaint)[attempt];
    if (pause_ms === undefined) {
      say(`  FAILED  ${what}`);
      return complaint;
    }
    say(`  waiting ${what}: what it needs is new and not seen everywhere yet`);
    await wait(pause_ms);
  }
}

/** Service accounts and freshly enabled APIs take up to a minute until every part of Google Cloud knows them. */
function patienceWith(complaint: string): readonly number[] {
  if (/cannot find metric/i.test(complaint)) return PATIENCE_FOR_METRICS_MS;
  const tooNew = /service account .*does not exist|has not been used in project|SERVICE_DISABLED/i;
  // Pub/Sub looks whether its agent may write when a subscription is made, and a role takes a moment to be seen.
  const tooNewRole = /gcp-sa-pubsub\S*.*permission|permission.*(gcp-sa-pubsub|bigquery\.tables)/is;
  return tooNew.test(complaint) || tooNewRole.test(complaint) ? PATIENCE_MS : [];
}

/** Say what a call does: `create topic a, b and 3 more`. The second call of a paused scheduler job pauses it. */
export function callInWords({ args, steps }: Call): string {
  const [first] = steps;
  if (first === undefined) return 'nothing';
  const names = steps.map(({ resource }) => resource.name);
  const shown =
    names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
  const action = args.includes('pause') ? 'pause' : first.action;
  return `${action} ${first.resource.kind} ${shown}`;
}
