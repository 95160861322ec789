import type { Contract, ContractProblem } from '../contract.ts';
import { at, membersOf } from '../json.ts';

/** A line about a part of the contract in another file of the repository. */
export interface Entry {
  readonly file: string;
  /** What it stands behind, up to the end of a line. */
  readonly behind: RegExp;
  readonly text: string;
}

/** Give the text of a file of the repository; undefined when there is no such file. */
export type TextOf = (file: string) => string | undefined;

const STATEMENTS = 'scripts/traceability/statements.yaml';

/** Write the rows of an alert: what it means, and what whoever is on call does. */
export function alertRows(
  name: string,
  severity: string,
  meaning: string,
  first = 'the first command',
  then = 'what to do then',
): readonly Entry[] {
  return [
    {
      file: 'docs/monitoring.md',
      behind: /(?:^\| `\w+` \| (?:critical|warning|info) \| .*\n)+/m,
      text: `| \`${name}\` | ${severity} | ${meaning} | ${first} |\n`,
    },
    {
      file: 'docs/operating/failures.md',
      behind: /^\| policy \| first command \| .*\n(?:^\|.*\n)+/m,
      text: `| \`${name}\` | ${first} | ${then} |\n`,
    },
  ];
}

/** Write the statement that a requirement tests, at the end of a section of the statements, or of all. */
export function statementEntry(id: string, says: string, section?: string): Entry {
  const head = section === undefined ? "'.*'" : `'${section.replaceAll(/[^\w\s,-]/g, '\\$&')}'`;
  return {
    file: STATEMENTS,
    behind: new RegExp(`^${head}:\\n(?:^ {2}- .*\\n)+${section === undefined ? '(?![\\s\\S])' : ''}`, 'm'),
    text: `  - { says: '${says.replaceAll("'", "''")}', by: [${id}] }\n`,
  };
}

/** Put an entry into the text of its file; undefined when what it stands behind is not there. */
export function placeEntry(text: string, { behind, text: line }: Entry): string | undefined {
  const found = behind.exec(text);
  if (found === null) return undefined;
  const place = found.index + found[0].length;
  return `${text.slice(0, place)}${line}${text.slice(place)}`;
}

/** List the alerts that a table of the docs lacks, and the promises that no statement names, with the line to paste. */
export function entryProblems(contract: Contract, textOf: TextOf): readonly ContractProblem[] {
  const { document } = contract;
  const lacking = (name: string, path: readonly string[], entry: Entry): readonly ContractProblem[] => {
    const text = textOf(entry.file);
    const is_named = new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text ?? '');
    if (text === undefined || is_named || placeEntry(text, entry) === undefined) return [];
    const what = `expected a line about ${name} in ${entry.file}, found none`;
    return [
      { line: contract.lineOf(path), what, todo: 'put it there and correct its words', paste: entry.text },
    ];
  };
  return [
    ...membersOf(at(document, 'x-monitoring', 'alerts')).flatMap(([name, alert]) =>
      alertRows(name, String(at(alert, 'severity')), String(at(alert, 'meaning'))).flatMap((row) =>
        lacking(name, ['x-monitoring', 'alerts', name], row),
      ),
    ),
    ...membersOf(document['x-requirements'])
      .filter(([, requirement]) => at(requirement, 'level') === 'MUST')
      .flatMap(([id, requirement]) =>
        lacking(id, ['x-requirements', id], statementEntry(id, String(at(requirement, 'sentence')))),
      ),
  ];
}
