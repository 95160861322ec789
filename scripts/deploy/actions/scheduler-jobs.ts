import { RefusedError } from '../execution/errors.ts';
import { complaintOf, type Gcloud, readJson } from '../gcloud/run.ts';
import { lastPart, listOf } from '../reading/shapes.ts';
import type { Topology } from '../topology/contract.ts';
import { fallBackNames } from './project.ts';

/** Where scheduler jobs are switched. */
export interface JobRequest {
  readonly project: string;
  readonly region: string;
  readonly plan_only: boolean;
}

/**
 * Pause or resume scheduler jobs, by name. What is so already is left.
 *
 * @returns 0 when all are as asked or only the plan was asked for, 1 when gcloud failed.
 * @throws {RefusedError} for a name that the contract does not know or that is not deployed; {GcloudError} when the
 *         jobs cannot be read.
 */
export async function switchJobs(
  names: readonly string[],
  verb: 'pause' | 'resume',
  request: JobRequest,
  topology: Topology,
  means: { readonly gcloud: Gcloud; readonly say: (line: string) => void },
): Promise<number> {
  const { gcloud, say } = means;
  requireKnown(names, topology);
  const where = [`--location=${request.region}`, `--project=${request.project}`];
  const jobs = listOf(await readJson(gcloud, ['scheduler', 'jobs', 'list', ...where]));
  const states = new Map(jobs.map((job) => [lastPart(job['name']), String(job['state'] ?? 'ENABLED')]));
  const absent = names.filter((name) => !states.has(name));
  if (absent.length > 0) {
    throw new RefusedError(
      `expected scheduler job ${absent.join(', ')} in ${request.project}, found none; deploy first`,
    );
  }
  const goal = verb === 'pause' ? 'PAUSED' : 'ENABLED';
  for (const name of names) {
    if (states.get(name) === goal) {
      say(`  = leave ${name}, it is ${goal.toLowerCase()} already`);
      continue;
    }
    say(`  ~ ${verb} ${name}`);
    if (request.plan_only) continue;
    const ended = await gcloud(['scheduler', 'jobs', verb, name, ...where]);
    if (ended.code !== 0) {
      say(
        `FAILED to ${verb} ${name}; run the same command again to go on. gcloud says:\n${complaintOf(ended.stderr)}`,
      );
      return 1;
    }
  }
  return 0;
}

function requireKnown(names: readonly string[], topology: Topology): void {
  const known = [...Object.keys(topology.schedules), ...fallBackNames(topology)];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new RefusedError(
    `expected a scheduler job of the contract, one of ${known.join(', ')}, got ${unknown.join(', ')}`,
  );
}
