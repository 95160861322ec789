import { CHECKS } from '../checks/all.ts';
import type { AnomalyName } from '../checks/anomalies.ts';
import type { Check } from '../checks/check.ts';
import { looksLikeHistory } from '../checks/drawn/value/history.ts';
import { errorWords } from '../contract/errors.ts';
import type { Schedule } from '../exploration/schedule/schedule.ts';
import { parseSchedule } from '../exploration/schedule/text.ts';
import { type CloudKind, CloudUnavailableError } from '../harness/world/cloud.ts';
import { CATALOGUE } from '../requirements/catalogue.ts';
import { against } from '../targets/claims.ts';
import type { Target } from '../targets/description.ts';
import { loadTarget, TargetError } from '../targets/load.ts';
import { attach } from '../targets/starting/attach.ts';
import { TargetUnavailableError } from '../targets/starting/running.ts';
import { judgeCase } from '../verdict/anomalies.ts';
import { obstacleOf } from '../verdict/applicability.ts';
import { misfitsOf, missingEvidence } from '../verdict/evidence.ts';
import { planCases, type TriedCase } from '../verdict/running/cases.ts';
import { type Judgement, type JudgeRunOptions, runJudge } from '../verdict/running/run.ts';
import type { ReplayOutcome } from './failure.ts';
import { missingCase, planReplay, type ReplayGroup } from './plan.ts';
import type { FoundFailure } from './store.ts';

/** What a replay needs beside the failures. */
export type ReplayPorts = Pick<
  JudgeRunOptions,
  'onCleanup' | 'onReady' | 'onDone' | 'interrupted' | 'world' | 'strain'
> & {
  /** Judge this target instead of the one that failed. */
  readonly target_file?: string | undefined;
};

/** Runs stored failures again, each with its own case, seed and schedule, and says what became of each, in their order. */
export async function replayFailures(
  failures: readonly FoundFailure[],
  ports: ReplayPorts,
): Promise<readonly ReplayOutcome[]> {
  const outcomes = new Map<string, ReplayOutcome>();
  const tell = (found: FoundFailure, outcome: ReplayOutcome['outcome'], because: string): void =>
    void outcomes.set(found.file, { ...found, outcome, because });
  const ids = CATALOGUE.map(({ id }) => id);
  for (const found of failures) {
    const missing = missingCase(found, CHECKS, ids);
    if (missing !== undefined) tell(found, 'CANNOT RUN', missing);
  }
  const rest = failures.filter(({ file }) => !outcomes.has(file));
  for (const group of planReplay(rest, ports.target_file)) {
    for (const [found, outcome, because] of await replayGroup(group, ports)) tell(found, outcome, because);
    if (ports.interrupted?.aborted === true) break;
  }
  return failures.flatMap(({ file }) => outcomes.get(file) ?? []);
}

type Told = readonly [FoundFailure, ReplayOutcome['outcome'], string];

async function replayGroup(group: ReplayGroup, ports: ReplayPorts): Promise<readonly Told[]> {
  const cannot = (found: FoundFailure, why: string): Told => [found, 'CANNOT RUN', why];
  try {
    const described = attach(loadTarget(group.target_file), group.attached);
    const target = group.against === undefined ? described : against(described, group.against);
    const cloud = group.cloud as CloudKind;
    const obstacles = new Map(
      group.failures.flatMap((found) => {
        const obstacle = obstacleOf(checkOf(found), target, cloud);
        return obstacle === undefined ? [] : [[found, obstacle.reason] as const];
      }),
    );
    const able = group.failures.filter((found) => !obstacles.has(found));
    const judgement = able.length === 0 ? null : await runThem(target, cloud, group.seed, able, ports);
    return group.failures.map((found): Told => {
      const obstacle = obstacles.get(found);
      if (obstacle !== undefined || judgement === null) return cannot(found, obstacle ?? 'nothing was run');
      return outcomeOf(found, judgement);
    });
  } catch (error) {
    const is_theirs = [TargetError, TargetUnavailableError, CloudUnavailableError].some(
      (kind) => error instanceof kind,
    );
    if (!is_theirs) throw error;
    const why = errorWords(error);
    return group.failures.map((found) => cannot(found, why));
  }
}

function runThem(
  target: Target,
  cloud: CloudKind,
  seed: number,
  failures: readonly FoundFailure[],
  ports: ReplayPorts,
): Promise<Judgement> {
  const rounds = new Map<Check, Set<number>>();
  const schedules = new Map<string, Schedule>();
  const histories = new Map<string, string>();
  for (const found of failures) {
    const check = checkOf(found);
    rounds.set(check, (rounds.get(check) ?? new Set()).add(found.failure.round));
    const { schedule } = found.failure;
    if (schedule === null) continue;
    if (looksLikeHistory(schedule)) histories.set(caseName(found), schedule);
    else schedules.set(caseName(found), parseSchedule(schedule));
  }
  const ids = failures.map(({ failure }) => failure.requirement);
  const requirements = CATALOGUE.filter(({ id }) => ids.includes(id));
  const selected = { requirements, checks: [...rounds.keys()], rounds };
  return runJudge({ ...ports, target, cloud, seed, selected, exploring: { schedules, histories } });
}

function outcomeOf(found: FoundFailure, { cases, cut, given_up }: Judgement): Told {
  const { requirement, anomaly, contract } = found.failure;
  const tried = cases.find((one) => one.case.name === caseName(found));
  if (tried === undefined) {
    const because = given_up.get(caseName(found)) ?? cut?.sentence;
    return [found, 'CANNOT RUN', because ?? 'its case was not run'];
  }
  const shown = judgeCase(tried, tried.scene.target).filter(
    (one) => one.requirement === requirement && (one.anomaly === anomaly || !IDLE.includes(one.anomaly)),
  );
  const [first = undefined] = [...shown.filter((one) => one.anomaly === anomaly), ...shown];
  if (first !== undefined) {
    const other = first.anomaly === anomaly ? '' : `now as ${first.anomaly}: `;
    return [found, 'STILL FAILING', `${other}${first.proof}`];
  }
  const misfits = misfitsOf(tried.scene.history()) ?? [];
  if (misfits.length > 0) {
    const anew = found.failure.command.replace(/ --schedule '[^']*'$/, '');
    const why = `${misfits.join('; ')}: the target makes other calls than when it failed; explore anew: ${anew}`;
    return [found, 'CANNOT RUN', why];
  }
  const nothing = nothingShown(tried, requirement);
  if (nothing !== undefined) return [found, 'CANNOT RUN', nothing];
  return [found, 'FIXED', `${caseName(found)} kept ${requirement} of contract ${contract.version}`];
}

/** What says that a target did no work at all, so that nothing it did was wrong. */
const IDLE: readonly AnomalyName[] = ['refused message', 'crash', 'stuck'];

/** Say why a case without the failure does not show that it is mended; undefined when it does. */
function nothingShown(tried: TriedCase, requirement: string): string | undefined {
  const idle = judgeCase(tried, tried.scene.target).find(({ anomaly }) => IDLE.includes(anomaly));
  if (idle !== undefined) {
    return `its case shows ${idle.requirement} ${idle.anomaly} instead, so that ${requirement} was not tried; mend that first: ${idle.proof}`;
  }
  const missing = missingEvidence([tried], requirement);
  return missing === undefined ? undefined : `${missing.why}, so that ${requirement} was not tried`;
}

function checkOf({ failure }: FoundFailure): Check {
  const check = CHECKS.find(({ name }) => name === failure.check);
  if (check === undefined) throw new Error(`${failure.check} is no check; missingCase must be asked first`);
  return check;
}

function caseName(found: FoundFailure): string {
  const check = checkOf(found);
  const [one] = planCases(CHECKS, [check], new Map([[check, new Set([found.failure.round])]]));
  return one?.name ?? check.name;
}
