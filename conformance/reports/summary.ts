import path from 'node:path';
import { CONTRACT } from '../../generated/version.ts';
import type { SituationCoverage } from '../checks/situations/coverage.ts';
import { program, quoted } from '../contract/program.ts';
import type { CloudKind } from '../harness/world/cloud.ts';
import { CATALOGUE } from '../requirements/catalogue.ts';
import type { Target } from '../targets/description.ts';
import { conforms, type RequirementVerdict } from '../verdict/verdict.ts';
import type { RunExtent } from './result/result.ts';

/** Everything that a report says about a run as a whole. */
export interface Summary {
  readonly target: string;
  /** null when a recorded history was judged. */
  readonly target_file: string | null;
  /** Components that somebody else had started, with their URLs. */
  readonly attached: Target['attached'];
  readonly cloud: CloudKind | null;
  /** The Google Cloud project in which the target is deployed; null in a cloud of the judge. */
  readonly project: string | null;
  readonly seed: number | null;
  /** The file of the recorded history that was judged; null when a target was run. */
  readonly history_file: string | null;
  readonly contract_version: string;
  readonly contract_hash: string;
  /** What was to be judged: everything, what was selected, the few cases of a quick run, or one recorded case. */
  readonly extent: RunExtent;
  /** True when the run was ended before all cases had run. */
  readonly interrupted: boolean;
  /** What ended it, after "the run was"; missing when nothing did. */
  readonly cut_short?: string;
  /** True when a broken SHOULD fails the run. */
  readonly strict: boolean;
  /** Something was judged, and nothing of it fails the run. */
  readonly conforms: boolean;
  /** How many requirements the contract has, selected or not. */
  readonly requirements_of_contract: number;
  readonly requirements: number;
  readonly passed: number;
  readonly failed: number;
  /** Failed requirements of level SHOULD; they are told, and fail only a strict run. */
  readonly failed_should: number;
  readonly known: number;
  readonly not_applicable: number;
  /** Left out by a quick run, or not reached before an interruption. */
  readonly not_judged: number;
  readonly cases: number;
  readonly duration_seconds: number;
  /** What the cases were about, and whether it happened. */
  readonly situations: readonly SituationCoverage[];
}

/** Add up a run. */
export function summarise(
  verdicts: readonly RequirementVerdict[],
  run: {
    readonly target: Target;
    readonly cloud: CloudKind;
    readonly project?: string | undefined;
    readonly seed: number;
    readonly cases: number;
    readonly duration_ms: number;
    readonly extent?: RunExtent;
    readonly interrupted?: boolean;
    readonly cut_short?: string | undefined;
    readonly strict?: boolean;
    readonly situations?: readonly SituationCoverage[];
  },
): Summary {
  return {
    target: run.target.name,
    target_file: run.target.file,
    attached: run.target.attached,
    cloud: run.cloud,
    project: run.cloud === 'project' ? (run.project ?? null) : null,
    seed: run.seed,
    history_file: null,
    extent: run.extent ?? 'all',
    interrupted: run.interrupted ?? false,
    ...(run.cut_short === undefined ? {} : { cut_short: run.cut_short }),
    strict: run.strict ?? false,
    situations: run.situations ?? [],
    ...addUp(verdicts, run.strict ?? false, run.cases, run.duration_ms),
  };
}

/** Add up what a recorded history showed, which may be of several dates; `file` is named in the commands of the report. */
export function summariseHistory(
  verdicts: readonly RequirementVerdict[],
  file: string,
  strict = false,
  situations: readonly SituationCoverage[] = [],
  cases = 1,
): Summary {
  return {
    target: path.basename(file),
    target_file: null,
    attached: {},
    cloud: null,
    project: null,
    seed: null,
    history_file: file,
    extent: 'recorded',
    interrupted: false,
    strict,
    situations,
    ...addUp(verdicts, strict, cases, 0),
  };
}

type Origin =
  | 'target'
  | 'target_file'
  | 'attached'
  | 'cloud'
  | 'project'
  | 'seed'
  | 'history_file'
  | 'extent'
  | 'interrupted'
  | 'cut_short'
  | 'strict'
  | 'situations';

const JUDGED: readonly RequirementVerdict['result'][] = ['passed', 'failed'];

function addUp(
  verdicts: readonly RequirementVerdict[],
  strict: boolean,
  cases: number,
  duration_ms: number,
): Omit<Summary, Origin> {
  const count = (matches: (verdict: RequirementVerdict) => boolean): number =>
    verdicts.filter(matches).length;
  return {
    contract_version: CONTRACT.version,
    contract_hash: CONTRACT.hash,
    conforms: count(({ result }) => JUDGED.includes(result)) > 0 && conforms(verdicts, strict),
    requirements_of_contract: CATALOGUE.length,
    requirements: verdicts.length,
    passed: count(({ result }) => result === 'passed'),
    failed: count(({ result }) => result === 'failed'),
    failed_should: count(({ result, requirement }) => result === 'failed' && requirement.level === 'SHOULD'),
    known: count(({ known }) => known),
    not_applicable: count(({ result }) => result === 'not_applicable'),
    not_judged: count(({ result }) => result === 'not_judged'),
    cases,
    duration_seconds: Math.round(duration_ms / 100) / 10,
  };
}

/** Where a failure was seen. */
export interface FailurePlace {
  readonly check: string;
  /** The case's name, from which its round follows. */
  readonly case: string;
  readonly schedule?: string | undefined;
}

/** Write the command that runs the case of a failure again, and no other. */
export function commandFor({ check, case: name, schedule }: FailurePlace, summary: Summary): string {
  if (summary.history_file !== null) {
    return `${program()} check --history ${quoted(summary.history_file)} --check ${check}`;
  }
  const target =
    summary.target_file === null || summary.target_file.endsWith('targets/reference.yaml')
      ? ''
      : ` --target ${quoted(summary.target_file)}`;
  const entry = summary.project === null ? '' : ` --project ${summary.project} --i-own-this-project`;
  const cloud = summary.cloud === 'embedded' ? '' : ` --cloud ${summary.cloud}${entry}`;
  const attached = Object.entries(summary.attached).map(
    ([name, url]) => ` --attach ${quoted(`${name}=${url}`)}`,
  );
  const round = roundOf(name);
  const only = round === null ? check : `${check}@${round}`;
  return `${program()} run${target}${attached.join('')}${cloud} --only ${only} --seed ${summary.seed}${schedule === undefined ? '' : ` --schedule '${schedule}'`}`;
}

/** Read the round from a case's name, such as 2 from "fan-in-in-any-order (2 of 6)"; null when there is only one. */
export function roundOf(case_name: string): number | null {
  const round = / \((\d+) of \d+\)$/.exec(case_name)?.[1];
  return round === undefined ? null : Number(round);
}
