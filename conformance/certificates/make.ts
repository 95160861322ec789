import { CONTRACT } from '../../generated/version.ts';
import type { History } from '../history/events.ts';
import {
  type Certificate,
  type CertifiedRun,
  PREDICATE_TYPE,
  STATEMENT_TYPE,
  type Statement,
} from './certificate.ts';
import { type Judged, type RunConditions, rejudged } from './judging/rejudge.ts';
import { statedRequirements, statedSituations } from './judging/stated.ts';
import { together, verdictOf } from './judging/together.ts';
import { judgeIdentity } from './origin/judge.ts';
import { digestOf, subjectsOf } from './origin/target.ts';
import { linesOf, packed, recordedRun } from './record/pack.ts';

/** One run, as the judge left it. */
export interface RunMade extends RunConditions {
  readonly deep_minutes: number | null;
  readonly histories: ReadonlyMap<string, History>;
  /** The number of the last event of the run. */
  readonly last: number;
}

/** Everything that a certificate is made of. */
export interface CertificateParts extends Judged {
  /** ISO 8601 in UTC. */
  readonly made_at: string;
  readonly runs: readonly [RunMade, ...RunMade[]];
}

/** Write the statement about runs. Its verdicts are those that the histories bear out, judged here once more. */
export function statementOf(parts: CertificateParts): string {
  const { target, cloud, selection, made_at, runs } = parts;
  const judgedRun = (run: RunMade) => rejudged(parts, run, run.histories);
  const [first, ...others] = runs;
  const results = [judgedRun(first), ...others.map(judgedRun)] as const;
  const all = together(results);
  const certificate: Omit<Certificate, 'sha256'> = {
    certificate_version: 1,
    made_at,
    contract: { version: CONTRACT.version, hash: CONTRACT.hash },
    judge: judgeIdentity(),
    target,
    cloud,
    selection,
    verdict: verdictOf(all),
    requirements: statedRequirements(all),
    runs: runs.map((run, place): CertifiedRun => {
      const result = results[place] ?? results[0];
      return {
        seed: run.seed,
        deep_minutes: run.deep_minutes,
        cut_short: run.cut_short,
        given_up: run.given_up,
        cases: [...run.histories].map(([name, history]) => ({
          name,
          events: history.length,
          sha256: digestOf(linesOf(history)),
        })),
        situations: statedSituations(result),
        requirements: statedRequirements(result),
      };
    }),
    histories: packed(runs.map(({ histories, last }) => recordedRun(histories, last))),
  };
  const statement: Statement = {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(target),
    predicateType: PREDICATE_TYPE,
    predicate: { ...certificate, sha256: digestOf(JSON.stringify(certificate)) },
  };
  return JSON.stringify(statement);
}
