import { CHECKS } from '../../checks/all.ts';
import { coverSituations } from '../../checks/situations/coverage.ts';
import type { History } from '../../history/events.ts';
import { resultOf } from '../../reports/result/build.ts';
import type { RunResult } from '../../reports/result/result.ts';
import { shortfallOf } from '../../requirements/features.ts';
import { select } from '../../requirements/selection.ts';
import { obstacleOf } from '../../verdict/applicability.ts';
import { type Case, planCases } from '../../verdict/running/cases.ts';
import { decideVerdicts } from '../../verdict/verdict.ts';
import { type Certificate, CertificateRefusedError, type CertifiedRun } from '../certificate.ts';
import { judgedTarget } from '../origin/target.ts';

/** What verdicts follow from, besides the histories. */
export type Judged = Pick<Certificate, 'target' | 'cloud' | 'selection'>;

/** What is said of a run besides its histories. */
export type RunConditions = Pick<CertifiedRun, 'seed' | 'cut_short' | 'given_up'>;

/**
 * Judge the histories of one run again: the same functions as in a live run, on the same plan.
 *
 * @throws {CertificateRefusedError} when a case of the plan has no history and nobody says why, or a history is of none.
 */
export function rejudged(
  judged: Judged,
  { seed, cut_short, given_up }: RunConditions,
  histories: ReadonlyMap<string, History>,
): RunResult {
  const { cloud, selection } = judged;
  const target = judgedTarget(judged.target);
  const selected = select(selection);
  const isRunnable = (check: (typeof CHECKS)[number]): boolean =>
    obstacleOf(check, target, cloud) === undefined;
  const planned = planCases(CHECKS, selected.checks.filter(isRunnable), selected.rounds);
  const reasons = new Map(given_up.map((one) => [one.case, one.reason]));
  requireEach(planned, histories, { seed, cut_short, reasons });
  const tried = planned.flatMap((one) => {
    const history = histories.get(one.name);
    return history === undefined ? [] : [{ case: one, scene: { history: () => history } }];
  });
  const verdicts = decideVerdicts(selected.requirements, tried, target, cloud, {
    planned,
    possible: planCases(CHECKS, CHECKS.filter(isRunnable)),
    cut_short,
    given_up: reasons,
    named: selected.named,
    left_out: 'not among the cases that were chosen',
  });
  const is_selected = selection.only.length + selection.profiles.length > 0;
  return resultOf(verdicts, {
    target: { ...target, without: shortfallOf(target) },
    cloud,
    seed,
    cases: tried.length,
    duration_ms: 0,
    extent: is_selected ? 'selected' : 'all',
    interrupted: cut_short !== null || given_up.length > 0,
    ...(cut_short === null ? {} : { cut_short }),
    situations: coverSituations(
      tried.map((one) => ({ check: one.case.check, history: one.scene.history() })),
    ),
  });
}

function requireEach(
  planned: readonly Case[],
  histories: ReadonlyMap<string, History>,
  {
    seed,
    cut_short,
    reasons,
  }: {
    readonly seed: number;
    readonly cut_short: string | null;
    readonly reasons: ReadonlyMap<string, string>;
  },
): void {
  const where = `the run with seed ${seed}`;
  const names = new Set(planned.map(({ name }) => name));
  const foreign = [...histories.keys(), ...reasons.keys()].find((name) => !names.has(name));
  if (foreign !== undefined) {
    throw new CertificateRefusedError(
      `${where}: ${foreign} is no case of what this target claims and what was selected`,
    );
  }
  const missing = planned.find(({ name }) => !histories.has(name) && !reasons.has(name));
  if (missing !== undefined && cut_short === null) {
    throw new CertificateRefusedError(
      `${where}: the history of ${missing.name} is missing, and the run is not said to have ended early`,
    );
  }
}
