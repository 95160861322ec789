import { type Row, type Shown, standingOfRequirement } from './decide.ts';

/** Write the table as Markdown. It holds no number that differs between two runs of the same judge. */
export function tracePage(rows: readonly Row[], shown: readonly Shown[]): string {
  const count = (standing: Row['standing']): number => rows.filter((row) => row.standing === standing).length;
  const tested = shown.filter((one) => standingOfRequirement(one) === 'tested').length;
  const sections = [...new Set(rows.map(({ statement }) => statement.section))];
  return [
    '# Traceability',
    '',
    '<!-- Written by `npm run traceability -- RESULT` from a run of the judge. Do not edit. -->',
    '',
    'Each row is something that was promised. It names the requirements that test it, and what the last run against the reference',
    'showed. If the judge cannot test a promise, the row links the page or the test that shows it.',
    '',
    `${rows.length} statements: ${count('tested')} tested, ${count('failed')} failed, ${count('untested')} untested, ${count('excluded')} shown elsewhere. ${tested} of ${shown.length} requirements were tested.`,
    '',
    ...sections.flatMap((section) => [
      `## ${section}`,
      '',
      '| statement | requirements | result |',
      '|---|---|---|',
      ...rows.filter(({ statement }) => statement.section === section).map(rowLine),
      '',
    ]),
    '## Requirements and their checks',
    '',
    '| requirement | level | checks | result |',
    '|---|---|---|---|',
    ...shown.map(
      (one) => `| ${one.id} | ${one.level} | ${one.checks.join(', ')} | ${standingOfRequirement(one)} |`,
    ),
    '',
  ].join('\n');
}

function rowLine({ statement, standing }: Row): string {
  const { says, by, instead, because } = statement;
  const elsewhere = instead === null ? '' : `[${instead}](../${instead}): ${because}`;
  const result = standing === 'excluded' ? elsewhere : [standing, elsewhere].filter(Boolean).join('; ');
  return `| ${says} | ${by.join(', ')} | ${result} |`;
}
