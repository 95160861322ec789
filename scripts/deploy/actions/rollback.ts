import { RefusedError } from '../execution/errors.ts';
import { complaintOf, type Gcloud, readJson } from '../gcloud/run.ts';
import { trafficOf } from '../reading/parse-code.ts';
import { at, listOf, objectOf, textAt } from '../reading/shapes.ts';

/** What `rollback` is asked. */
export interface RollbackRequest {
  readonly project: string;
  readonly region: string;
  readonly component: string;
  /** A revision, `latest` for the newest, or null for the one before that which serves now. */
  readonly revision: string | null;
  readonly plan_only: boolean;
}

/** The revisions of a component and which of them serves. */
export interface Revisions {
  /** Newest first. */
  readonly names: readonly string[];
  readonly serving: string;
}

/**
 * Send all traffic of a component to an older revision, or back to the newest. Functions are served by Cloud Run, so
 * both kinds go the same way. Nothing is deleted.
 *
 * @returns 0 when the traffic goes where it should or only the plan was asked for, 1 when gcloud failed.
 * @throws {RefusedError} when there is no such revision; {GcloudError} when the component cannot be read.
 */
export async function rollback(
  request: RollbackRequest,
  gcloud: Gcloud,
  say: (line: string) => void,
): Promise<number> {
  const { component, project, region, revision } = request;
  const where = [`--region=${region}`, `--project=${project}`];
  const revisions = await readRevisions(gcloud, component, where);
  const target = decideTarget(revisions, component, revision);
  if (target === null) {
    say(`${component} is served by ${revisions.serving} already; nothing to do.`);
    return 0;
  }
  const goal =
    target === 'latest' ? `the newest revision, ${revisions.names[0]}, and every newer one` : target;
  say(`${component}: all traffic from ${revisions.serving} to ${goal}`);
  if (request.plan_only) return 0;
  const traffic = target === 'latest' ? '--to-latest' : `--to-revisions=${target}=100`;
  const ended = await gcloud(['run', 'services', 'update-traffic', component, traffic, ...where]);
  if (ended.code !== 0) {
    say(`FAILED, the traffic was not moved. gcloud says:\n${complaintOf(ended.stderr)}`);
    return 1;
  }
  say(
    target === 'latest'
      ? 'Done.'
      : `Done. Deployments keep the traffic there until \`rollback ${component} latest\`.`,
  );
  return 0;
}

async function readRevisions(
  gcloud: Gcloud,
  component: string,
  where: readonly string[],
): Promise<Revisions> {
  const [service, printed] = await Promise.all([
    readJson(gcloud, ['run', 'services', 'describe', component, ...where]),
    readJson(gcloud, ['run', 'revisions', 'list', `--service=${component}`, ...where]),
  ]);
  const names = [...listOf(printed)]
    .sort((a, b) =>
      String(at(b, 'metadata', 'creationTimestamp')).localeCompare(
        String(at(a, 'metadata', 'creationTimestamp')),
      ),
    )
    .map((one) => textAt(one, 'metadata', 'name') ?? '');
  const traffic = trafficOf(objectOf(service));
  const newest = textAt(service, 'status', 'latestReadyRevisionName') ?? names[0] ?? '';
  return { names, serving: traffic === 'latest' ? newest : traffic };
}

/**
 * Decide where the traffic goes.
 *
 * @returns a revision, `latest`, or null when it goes there already.
 * @throws {RefusedError} for a revision that does not exist, or when there is none before that which serves.
 */
function decideTarget(revisions: Revisions, component: string, asked: string | null): string | null {
  const { names, serving } = revisions;
  if (asked === 'latest') return 'latest';
  if (asked !== null) {
    if (!names.includes(asked)) {
      throw new RefusedError(
        `expected one of the revisions ${names.join(', ')} of ${component}, got ${asked}`,
      );
    }
    return asked === serving ? null : asked;
  }
  const before = names[names.indexOf(serving) + 1];
  if (before !== undefined) return before;
  throw new RefusedError(
    `expected a revision of ${component} before ${serving}, found none; there is nothing to go back to`,
  );
}
