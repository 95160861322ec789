import { CONTRACT } from '../../../generated/version.ts';
import type { History } from '../../history/events.ts';
import { CATALOGUE } from '../../requirements/catalogue.ts';
import type { ReportedAnomaly } from '../../verdict/anomalies.ts';
import { type Cause, causesOf } from '../../verdict/causes/causes.ts';
import { conforms, failsTheRun, type RequirementVerdict } from '../../verdict/verdict.ts';
import { commandFor } from '../command.ts';
import { sequenceLines } from '../lines.ts';
import { smallestCase } from '../sentences.ts';
import type { RunFacts } from './facts.ts';
import type { AnomalyResult, CauseResult, RequirementResult, ResultTotals, RunResult } from './result.ts';

/** Put a run into the form that every report is made from. */
export function resultOf(verdicts: readonly RequirementVerdict[], facts: RunFacts): RunResult {
  const { name, file, attached = {}, without = [], against, claims } = facts.target;
  const { strict = false, cut_short } = facts;
  return {
    result_version: 4,
    target: {
      name,
      file,
      ...(Object.keys(attached).length === 0 ? {} : { attached }),
      ...(without.length === 0 ? {} : { without }),
      ...(against === undefined ? {} : { against }),
      ...(claims === undefined ? {} : { claims }),
    },
    history_file: facts.history_file ?? null,
    cloud: facts.cloud,
    seed: facts.seed,
    contract: { version: CONTRACT.version, hash: CONTRACT.hash },
    extent: facts.extent ?? 'all',
    interrupted: facts.interrupted ?? false,
    ...(cut_short === undefined ? {} : { cut_short }),
    strict,
    conforms: verdicts.some(isJudged) && conforms(verdicts, strict),
    totals: addUp(verdicts, facts),
    notices: facts.notices ?? [],
    causes: causesOf(verdicts).map((cause) => causeEntry(cause, facts)),
    situations: facts.situations ?? [],
    requirements: verdicts.map((verdict) => requirementEntry(verdict, facts)),
    histories: failingHistories(verdicts),
  };
}

function isJudged({ result }: RequirementVerdict): boolean {
  return result === 'passed' || result === 'failed';
}

function addUp(verdicts: readonly RequirementVerdict[], { cases, duration_ms }: RunFacts): ResultTotals {
  const count = (matches: (verdict: RequirementVerdict) => boolean): number =>
    verdicts.filter(matches).length;
  return {
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

function causeEntry(cause: Cause, facts: RunFacts): CauseResult {
  const { lead, ...told } = cause;
  return { ...told, lead: { requirement: lead.requirement, ...anomalyEntry(lead, facts) } };
}

function requirementEntry(verdict: RequirementVerdict, facts: RunFacts): RequirementResult {
  const { requirement, result, reason, known, cases, anomalies } = verdict;
  return {
    id: requirement.id,
    level: requirement.level,
    profile: requirement.profile,
    sentence: requirement.sentence,
    result,
    fails_run: failsTheRun(verdict, facts.strict ?? false),
    cases,
    ...(reason === null ? {} : { reason }),
    ...(known ? { known } : {}),
    anomalies: anomalies.map((anomaly) => anomalyEntry(anomaly, facts)),
  };
}

function anomalyEntry(anomaly: ReportedAnomaly, facts: RunFacts): AnomalyResult {
  return {
    anomaly: anomaly.anomaly,
    proof: anomaly.proof,
    events: anomaly.events,
    check: anomaly.check,
    case: anomaly.case,
    repeats: anomaly.repeats,
    smallest: smallestCase(anomaly),
    sequence: sequenceLines(anomaly.history, anomaly.events),
    ...(anomaly.run === undefined ? {} : { schedule: anomaly.run.schedule }),
    command: commandFor({ ...anomaly, schedule: anomaly.run?.schedule }, facts),
  };
}

/** Keep the history of each case that shows an anomaly, once, however many requirements it breaks. */
function failingHistories(verdicts: readonly RequirementVerdict[]): Readonly<Record<string, History>> {
  const histories: Record<string, History> = {};
  for (const { anomalies } of verdicts) {
    for (const anomaly of anomalies) histories[anomaly.case] = anomaly.history;
  }
  return histories;
}
