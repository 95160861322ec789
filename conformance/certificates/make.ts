import { CONTRACT } from '../../generated/version.ts';
import type { History } from '../history/events.ts';
import { toJsonLines } from '../history/json-lines.ts';
import type { RunResult } from '../reports/result/result.ts';
import {
  type Certificate,
  type CertifiedRun,
  type JudgeIdentity,
  type PackedHistories,
  PREDICATE_TYPE,
  STATEMENT_TYPE,
  type Statement,
} from './certificate.ts';
import type { Judged, RunConditions } from './judging/rejudge.ts';
import { statedRequirements, statedSituations } from './judging/stated.ts';
import { together, verdictOf } from './judging/together.ts';
import { inForm } from './origin/form.ts';
import { digestOf, subjectsOf } from './origin/target.ts';
import { packed, recordedRun } from './record/pack.ts';

/** One run, as the judge left it. */
export interface RunMade extends RunConditions {
  /** What its histories bear out, as `judging/rejudge.ts` judges them. */
  readonly result: RunResult;
  readonly deep_minutes: number | null;
  readonly histories: ReadonlyMap<string, History>;
  /** The number of the last event of the run. */
  readonly last: number;
}

/** Everything that a certificate is made of. */
export interface CertificateParts extends Judged {
  /** The judge that made the runs: asked for before them, since sources of a clone can change meanwhile. */
  readonly judge: JudgeIdentity;
  /** ISO 8601 in UTC. */
  readonly made_at: string;
  readonly runs: readonly [RunMade, ...RunMade[]];
}

/**
 * Write the statement about runs.
 *
 * @param histories what the runs recorded, where it is packed already.
 */
export function statementOf(
  parts: CertificateParts,
  histories: PackedHistories = packed(parts.runs.map((run) => recordedRun(run.histories, run.last))),
): string {
  const { target, cloud, selection, judge, made_at, runs } = parts;
  const [first, ...others] = runs;
  const all = together([first.result, ...others.map(({ result }) => result)]);
  const certificate: Omit<Certificate, 'sha256'> = {
    certificate_version: 1,
    made_at,
    contract: { version: CONTRACT.version, hash: CONTRACT.hash },
    judge: { version: judge.version, hash: judge.hash },
    target: inForm(target),
    cloud,
    selection: { only: selection.only, profiles: selection.profiles },
    verdict: verdictOf(all),
    requirements: statedRequirements(all),
    runs: runs.map((run): CertifiedRun => {
      const { result } = run;
      return {
        seed: run.seed,
        deep_minutes: run.deep_minutes,
        cut_short: run.cut_short,
        given_up: run.given_up.map((one) => ({ case: one.case, reason: one.reason })),
        cases: [...run.histories].map(([name, history]) => ({
          name,
          events: history.length,
          sha256: digestOf(toJsonLines(history)),
        })),
        situations: statedSituations(result),
        requirements: statedRequirements(result),
      };
    }),
    histories,
  };
  const statement: Statement = {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(target),
    predicateType: PREDICATE_TYPE,
    predicate: { ...certificate, sha256: digestOf(JSON.stringify(certificate)) },
  };
  return JSON.stringify(statement);
}
