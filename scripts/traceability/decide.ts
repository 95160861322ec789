/** One sentence of the plan or of the rules, and what shows that it is kept. */
export interface Statement {
  /** Where it stands. */
  readonly section: string;
  readonly says: string;
  /** Ids of requirements, each by its own: a whole area would name whatever is added later. Empty when the judge cannot test it. */
  readonly by: readonly string[];
  /** A file or folder that shows what the judge cannot see, and why it cannot. */
  readonly instead: string | null;
  readonly because: string | null;
}

/** One requirement with what a run has shown of it. */
export interface Shown {
  readonly id: string;
  readonly level: string;
  readonly checks: readonly string[];
  /** Null when the run does not have it. */
  readonly result: 'passed' | 'failed' | 'not_applicable' | 'not_judged' | null;
  readonly cases: number;
}

/** What became of a statement. */
export type Standing = 'tested' | 'failed' | 'untested' | 'excluded';

/** A statement with its requirements and its standing. */
export interface Row {
  readonly statement: Statement;
  readonly shown: readonly Shown[];
  readonly standing: Standing;
}

/** Join statements with what a run has shown of their requirements. */
export function joinStatements(statements: readonly Statement[], shown: readonly Shown[]): readonly Row[] {
  const by_id = new Map(shown.map((one) => [one.id, one]));
  return statements.map((statement) => {
    const own = statement.by.flatMap((id) => by_id.get(id) ?? []);
    return { statement, shown: own, standing: standingOf(statement, own) };
  });
}

/** Say what became of one requirement: it is tested when a case of the run was about it. */
export function standingOfRequirement({ result, cases }: Shown): Standing {
  if (result === 'failed') return 'failed';
  return result === 'passed' && cases > 0 ? 'tested' : 'untested';
}

/**
 * List what must not be: statements without proof or about unknown requirements, and every MUST that is untested, broken
 * or named by no statement.
 */
export function traceProblems(
  rows: readonly Row[],
  shown: readonly Shown[],
  exists: (path: string) => boolean,
): readonly string[] {
  const known = new Set(shown.map(({ id }) => id));
  const named = new Set(rows.flatMap(({ statement }) => statement.by));
  const musts = shown.filter(({ level }) => level === 'MUST');
  return [
    ...rows.flatMap(({ statement }) => statementProblems(statement, known, exists)),
    ...musts.flatMap((requirement) => {
      const standing = standingOfRequirement(requirement);
      if (standing === 'tested') return [];
      const why = standing === 'failed' ? 'its cases broke it' : 'no case of the run was about it';
      return [
        `${requirement.id}: expected a MUST that the run has tested, but ${why}; run all of it, or write its check`,
      ];
    }),
    ...musts
      .filter(({ id }) => !named.has(id))
      .map(
        ({ id }) =>
          `${id}: expected a statement that names it, found none; add one to scripts/traceability/statements.yaml`,
      ),
  ];
}

function statementProblems(
  { section, says, by, instead, because }: Statement,
  known: ReadonlySet<string>,
  exists: (path: string) => boolean,
): readonly string[] {
  const where = `${section}, "${says}"`;
  const unknown = by.filter((id) => !known.has(id));
  return [
    ...unknown.map((id) => `${where}: expected requirements of the contract, got ${id}; correct the id`),
    ...(by.length === 0 && instead === null
      ? [`${where}: expected requirements, or what shows it instead; got neither`]
      : []),
    ...((instead === null) === (because === null) ? [] : [`${where}: expected instead and because together`]),
    ...(instead === null || exists(instead)
      ? []
      : [`${where}: expected a file or folder of this repository, got ${instead}; correct the path`]),
  ];
}

function standingOf({ by, instead }: Statement, shown: readonly Shown[]): Standing {
  if (by.length === 0) return instead === null ? 'untested' : 'excluded';
  const standings = shown.map(standingOfRequirement);
  if (standings.includes('failed')) return 'failed';
  return standings.length < by.length || standings.includes('untested') ? 'untested' : 'tested';
}
