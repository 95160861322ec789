import { roundOf } from '../../reports/command.ts';
import type { ProgressName } from '../../reports/watching/parts.ts';
import type { Requirement } from '../../requirements/catalogue.ts';
import type { ReportedAnomaly } from '../../verdict/anomalies.ts';
import type { Case } from '../../verdict/running/cases.ts';
import type { CaseAgain } from './decide-watch.ts';

/** How far the cases of a run are. */
export interface CaseProgress {
  readonly planned: readonly Case[];
  readonly begun: ReadonlySet<string>;
  readonly done: ReadonlySet<string>;
  /** Ids of requirements that a case has shown to be broken. */
  readonly broken: ReadonlySet<string>;
}

/** No case is planned yet. */
export const NO_PROGRESS: CaseProgress = {
  planned: [],
  begun: new Set(),
  done: new Set(),
  broken: new Set(),
};

/** Say of each requirement how far it is; `kept` once all its cases have ended and none broke it. */
export function progressOf(
  requirements: readonly Requirement[],
  progress: CaseProgress,
): ReadonlyMap<string, ProgressName> {
  return new Map(requirements.map(({ id }) => [id, stateOf(id, progress)]));
}

function stateOf(id: string, { planned, begun, done, broken }: CaseProgress): ProgressName {
  if (broken.has(id)) return 'broken';
  const about = planned.filter(({ check }) => check.requirements.some((own) => own === id));
  if (about.length === 0) return 'not_asked';
  if (about.every(({ name }) => done.has(name))) return 'kept';
  return about.some(({ name }) => begun.has(name)) ? 'trying' : 'waiting';
}

/** The case that shows an anomaly, with the schedule that shows it. */
export function caseOf({ check, case: name, run }: ReportedAnomaly): CaseAgain {
  return { check, round: roundOf(name) ?? 1, schedule: run?.schedule ?? null };
}
