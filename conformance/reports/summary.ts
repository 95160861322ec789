import path from 'node:path';
import { CONTRACT } from '../../generated/topology.ts';
import type { CloudKind } from '../harness/world/cloud.ts';
import type { Target } from '../targets/description.ts';
import { conforms, type RequirementVerdict } from '../verdict/verdict.ts';

/** Everything that a report says about a run as a whole. */
export interface Summary {
  readonly target: string;
  /** null when a recorded history was judged. */
  readonly target_file: string | null;
  readonly cloud: CloudKind | null;
  readonly seed: number | null;
  /** The file of the recorded history that was judged; null when a target was run. */
  readonly history_file: string | null;
  readonly contract_version: string;
  readonly contract_hash: string;
  readonly conforms: boolean;
  readonly requirements: number;
  readonly passed: number;
  readonly failed: number;
  /** Failed requirements of level SHOULD; they are told, and do not fail the run. */
  readonly failed_should: number;
  readonly known: number;
  readonly not_applicable: number;
  readonly cases: number;
  readonly duration_seconds: number;
}

/** Add up a run. */
export function summarise(
  verdicts: readonly RequirementVerdict[],
  run: {
    readonly target: Target;
    readonly cloud: CloudKind;
    readonly seed: number;
    readonly cases: number;
    readonly duration_ms: number;
  },
): Summary {
  return {
    target: run.target.name,
    target_file: run.target.file,
    cloud: run.cloud,
    seed: run.seed,
    history_file: null,
    ...addUp(verdicts, run.cases, run.duration_ms),
  };
}

/** Add up what one recorded history showed; `file` is named in the commands of the report. */
export function summariseHistory(verdicts: readonly RequirementVerdict[], file: string): Summary {
  return {
    target: path.basename(file),
    target_file: null,
    cloud: null,
    seed: null,
    history_file: file,
    ...addUp(verdicts, 1, 0),
  };
}

function addUp(
  verdicts: readonly RequirementVerdict[],
  cases: number,
  duration_ms: number,
): Omit<Summary, 'target' | 'target_file' | 'cloud' | 'seed' | 'history_file'> {
  const count = (matches: (verdict: RequirementVerdict) => boolean): number =>
    verdicts.filter(matches).length;
  return {
    contract_version: CONTRACT.version,
    contract_hash: CONTRACT.hash,
    conforms: conforms(verdicts),
    requirements: verdicts.length,
    passed: count(({ result }) => result === 'passed'),
    failed: count(({ result }) => result === 'failed'),
    failed_should: count(({ result, requirement }) => result === 'failed' && requirement.level === 'SHOULD'),
    known: count(({ known }) => known),
    not_applicable: count(({ result }) => result === 'not_applicable'),
    cases,
    duration_seconds: Math.round(duration_ms / 100) / 10,
  };
}

/** Write the command that shows a failure again. */
export function commandFor(check: string, summary: Summary, schedule?: string): string {
  if (summary.history_file !== null) {
    return `node conformance/cli/bin.mjs check --history ${summary.history_file} --check ${check}`;
  }
  const target =
    summary.target_file === null || summary.target_file.endsWith('targets/reference.yaml')
      ? ''
      : ` --target ${summary.target_file}`;
  const cloud = summary.cloud === 'embedded' ? '' : ` --cloud ${summary.cloud}`;
  return `npm run conformance --${target}${cloud} --only ${check} --seed ${summary.seed}${schedule === undefined ? '' : ` --schedule '${schedule}'`}`;
}
