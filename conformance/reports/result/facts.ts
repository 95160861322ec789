import path from 'node:path';
import type { SituationCoverage } from '../../checks/situations/coverage.ts';
import type { CloudKind } from '../../harness/world/cloud.ts';
import type { RunExtent, RunResult } from './result.ts';

/** What a result says of a run besides its verdicts. */
export interface RunFacts {
  readonly target: RunResult['target'];
  /** null when a recorded history was judged. */
  readonly cloud: CloudKind | null;
  /** The Google Cloud project in which the target is deployed. */
  readonly project?: string | undefined;
  readonly seed: number | null;
  readonly history_file?: string;
  readonly cases: number;
  readonly duration_ms: number;
  /** Default everything. */
  readonly extent?: RunExtent;
  readonly interrupted?: boolean;
  readonly cut_short?: string | undefined;
  readonly strict?: boolean;
  readonly situations?: readonly SituationCoverage[];
  readonly notices?: readonly string[];
}

/** Give the facts of a recorded history, which may be of several dates; `file` is named in the commands of the report. */
export function recordedFacts(
  file: string,
  facts: Partial<Pick<RunFacts, 'strict' | 'situations' | 'cases'>> = {},
): RunFacts {
  const target = { name: path.basename(file), file: null };
  return {
    target,
    cloud: null,
    seed: null,
    history_file: file,
    extent: 'recorded',
    cases: 1,
    duration_ms: 0,
    ...facts,
  };
}
