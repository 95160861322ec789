import type { CloudKind } from '../../harness/world/cloud.ts';
import type { Requirement } from '../../requirements/catalogue.ts';
import type { Target } from '../../targets/description.ts';
import type { TriedCase } from '../running/cases.ts';
import { decideVerdicts, failsTheRun } from '../verdict.ts';

/** What a bail has to do with. */
export interface BailPorts {
  readonly requirements: readonly Requirement[];
  readonly target: Target;
  readonly cloud: CloudKind;
  /** Resolves when everything published so far is in the record. */
  readonly settle: () => Promise<void>;
}

/** Ends a run at its first broken MUST. */
export interface Bail {
  /** Aborts when a case has broken one. */
  readonly bailed: AbortSignal;
  /** Judges a case that has ended, alone; what came late is in its history by then. */
  readonly hear: (tried: TriedCase) => void;
}

/** Create what judges each case as it ends. */
export function createBail({ requirements, target, cloud, settle }: BailPorts): Bail {
  const controller = new AbortController();
  const look = async (tried: TriedCase): Promise<void> => {
    await settle();
    if (breaksPromise(tried, requirements, target, cloud)) controller.abort();
  };
  return {
    bailed: controller.signal,
    // What cannot be settled is met again at the end of the run, by those who can say it.
    hear: (tried) => void look(tried).catch(() => {}),
  };
}

/** Tell whether a case shows that a MUST is broken, which the target's file does not know yet. */
function breaksPromise(
  tried: TriedCase,
  requirements: readonly Requirement[],
  target: Target,
  cloud: CloudKind,
): boolean {
  const extent = { planned: [tried.case], possible: [tried.case], cut_short: null, left_out: 'another case' };
  return decideVerdicts(requirements, [tried], target, cloud, extent).some(
    (verdict) => verdict.anomalies.length > 0 && failsTheRun(verdict, false),
  );
}
