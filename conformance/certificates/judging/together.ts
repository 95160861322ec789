import type { AnomalyResult, RequirementResult, RunResult } from '../../reports/result/result.ts';
import type { CertifiedVerdict } from '../certificate.ts';

/** How bad it is that a requirement stands so; the worst of all runs counts. What was not judged in one run may be in another. */
const RANK: Readonly<Record<RequirementResult['result'], number>> = {
  failed: 3,
  passed: 2,
  not_judged: 1,
  not_applicable: 0,
};

/** Put the results of several runs together as one: each requirement as in the run in which it stood worst. */
export function together(results: readonly [RunResult, ...RunResult[]]): RunResult {
  const [first] = results;
  const named = results.map(namedBySeed);
  const ids = new Set(named.flatMap(({ requirements }) => requirements.map(({ id }) => id)));
  const requirements = [...ids].map((id) => worst(named, id));
  const count = (matches: (entry: RequirementResult) => boolean): number =>
    requirements.filter(matches).length;
  const fails = requirements.some(({ fails_run }) => fails_run);
  return {
    ...first,
    interrupted: named.some(({ interrupted }) => interrupted),
    conforms: !fails && count(({ result }) => result === 'passed') > 0,
    totals: {
      ...first.totals,
      requirements: requirements.length,
      passed: count(({ result }) => result === 'passed'),
      failed: count(({ result }) => result === 'failed'),
      failed_should: count(({ result, level }) => result === 'failed' && level === 'SHOULD'),
      known: count(({ known }) => known === true),
      not_applicable: count(({ result }) => result === 'not_applicable'),
      not_judged: count(({ result }) => result === 'not_judged'),
      cases: named.reduce((sum, { totals }) => sum + totals.cases, 0),
    },
    notices: [],
    causes: named
      .flatMap(({ causes }) => causes)
      .filter(({ sentence }, place, all) => all.findIndex((other) => other.sentence === sentence) === place),
    requirements,
    histories: Object.assign({}, ...named.map(({ histories }) => histories)),
  };
}

function worst(results: readonly RunResult[], id: string): RequirementResult {
  const entries = results.flatMap(({ requirements }) => requirements.filter((entry) => entry.id === id));
  const rank = ({ result, fails_run }: RequirementResult): number => RANK[result] + Number(fails_run);
  const [first, ...others] = entries;
  if (first === undefined) throw new Error(`no run has ${id}`);
  const chosen = others.reduce((one, other) => (rank(other) > rank(one) ? other : one), first);
  return { ...chosen, cases: entries.reduce((sum, { cases }) => sum + cases, 0) };
}

/** Cases of different runs have the same names; in what is put together each says its seed. */
function namedBySeed(result: RunResult): RunResult {
  const name = (one: string): string => `${one}, seed ${result.seed}`;
  const renamed = <Told extends AnomalyResult>(anomaly: Told): Told => ({
    ...anomaly,
    case: name(anomaly.case),
  });
  return {
    ...result,
    requirements: result.requirements.map((entry) => ({ ...entry, anomalies: entry.anomalies.map(renamed) })),
    causes: result.causes.map((cause) => ({ ...cause, lead: renamed(cause.lead) })),
    histories: Object.fromEntries(
      Object.entries(result.histories).map(([key, history]) => [name(key), history]),
    ),
  };
}

/** Say what a certificate attests: nothing is judged of what a run that ended early did not come to. */
export function verdictOf({ conforms, interrupted, requirements }: RunResult): CertifiedVerdict {
  if (requirements.some(({ fails_run }) => fails_run)) return 'does_not_conform';
  const is_incomplete = interrupted && requirements.some(({ result }) => result === 'not_judged');
  return conforms && !is_incomplete ? 'conforms' : 'incomplete';
}
