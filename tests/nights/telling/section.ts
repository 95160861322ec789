import type { SeasonResult } from '../season.ts';

/** Write the section of docs/trust.md from the results of all seeds. */
export function sectionOf(
  results: readonly SeasonResult[],
  about: { readonly nights: number; readonly date: string; readonly commit: string },
): string {
  const sum = (numberOf: (result: SeasonResult) => number): number =>
    results.reduce((all, result) => all + numberOf(result), 0);
  const written = (numberOf: (result: SeasonResult) => number): string =>
    sum(numberOf).toLocaleString('en-GB');
  const rows = [
    ['seeds, each with nights in a row from somewhere in the season', String(results.length)],
    ['nights', written(({ nights }) => nights)],
    ['deliveries', written(({ troubles }) => troubles.deliveries)],
    ['messages that came twice', written(({ troubles }) => troubles.duplicates)],
    ['messages that came up to 20 minutes late', written(({ troubles }) => troubles.late)],
    ['calls of store or broker that were refused', written(({ troubles }) => troubles.refused)],
    ['calls that were done, and whose answer was lost', written(({ troubles }) => troubles.answers_lost)],
    ['acks that were lost', written(({ troubles }) => troubles.acks_lost)],
    ['instances that died in the middle of a delivery', written(({ troubles }) => troubles.deaths)],
    ['outages of a minute to ten', written(({ troubles }) => troubles.outages)],
    ['dead letters, delivered again by the operator', written(({ troubles }) => troubles.dead_letters)],
    [
      'calls of /retry by the operator, for a batch that nobody carried on any more',
      written(({ troubles }) => troubles.retries_by_hand),
    ],
    ['batches', written(({ figures }) => figures.batches)],
    ['rounds that were announced', written(({ figures }) => figures.rounds_announced)],
    ['announcements of a round again, under the same id', written(({ figures }) => figures.repeated)],
    ['predictions', written(({ figures }) => figures.predictions)],
    ['**nights with something lost, doubled or missing**', `**${problemsOf(results)}**`],
  ];
  return [
    `\`npm run test:nights -- --deliveries 1000000 --trust\`, ${about.date}, commit ${about.commit}, ${about.nights} nights a seed:`,
    '',
    '| what | how many |',
    '|---|--:|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    ...results.flatMap(({ seed, problems }) => problems.map((problem) => `- seed ${seed}: ${problem}`)),
  ].join('\n');
}

function problemsOf(results: readonly SeasonResult[]): number {
  return results.filter(({ problems }) => problems.length > 0).length;
}
