import { program, quoted } from '../contract/program.ts';
import type { RunFacts } from './result/facts.ts';

/** Where a failure was seen. */
export interface FailurePlace {
  readonly check: string;
  /** The case's name, from which its round follows. */
  readonly case: string;
  readonly schedule?: string | undefined;
}

/** Write the command that runs the case of a failure again, and no other. */
export function commandFor({ check, case: name, schedule }: FailurePlace, facts: RunFacts): string {
  const { history_file = null, target, cloud, project, seed } = facts;
  if (history_file !== null) {
    return `${program()} check --history ${quoted(history_file)} --check ${check}`;
  }
  const { file, attached = {}, against } = target;
  const of_target =
    file === null || file.endsWith('targets/reference.yaml') ? '' : ` --target ${quoted(file)}`;
  const entry = cloud === 'project' ? ` --project ${project} --i-own-this-project` : '';
  const of_cloud = cloud === 'embedded' ? '' : ` --cloud ${cloud}${entry}`;
  const urls = Object.entries(attached).map(([name, url]) => ` --attach ${quoted(`${name}=${url}`)}`);
  const round = roundOf(name);
  const only = round === null ? check : `${check}@${round}`;
  const of_version = against === undefined ? '' : ` --against ${against}`;
  const of_schedule = schedule === undefined ? '' : ` --schedule '${schedule}'`;
  return `${program()} run${of_target}${urls.join('')}${of_cloud}${of_version} --only ${only} --seed ${seed}${of_schedule}`;
}

/** Read the round from a case's name, such as 2 from "fan-in-in-any-order (2 of 6)"; null when there is only one. */
export function roundOf(case_name: string): number | null {
  const round = / \((\d+) of \d+\)$/.exec(case_name)?.[1];
  return round === undefined ? null : Number(round);
}
