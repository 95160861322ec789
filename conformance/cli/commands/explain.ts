import { meaningOf } from '../../checks/anomalies.ts';
import { situationCalled } from '../../checks/situations/all.ts';
import { program } from '../../contract/program.ts';
import { CATALOGUE, findRequirement, type Requirement } from '../../requirements/catalogue.ts';
import { type AddCommand, examples } from '../context.ts';
import { UsageError } from '../exit-codes.ts';

const EXAMPLES = examples(
  ['what FANIN-007 promises and how it is tried', 'explain FANIN-007'],
  ['the same for a program', 'explain FANIN-007 --json'],
  ['what a name in a report means', 'explain "zombie write"'],
);

/** Adds `conformance explain`. */
export const addExplain: AddCommand = (program, { output }) => {
  program
    .command('explain')
    .argument(
      '<id>',
      'a requirement, such as FANIN-003, or what a report calls a failure, such as "lost trigger"',
    )
    .description('explain a requirement and how it is checked, or the name of a failure')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action((id: string, { json }: { readonly json?: boolean }) => {
      const meaning = meaningOf(id.toLowerCase());
      if (meaning !== '')
        return output.out(
          json === true ? `${JSON.stringify({ anomaly: id.toLowerCase(), meaning })}\n` : `${meaning}\n`,
        );
      const requirement = requirementCalled(id);
      output.out(json === true ? explainJson(requirement) : explainText(requirement));
    });
};

function requirementCalled(id: string): Requirement {
  const requirement = findRequirement(id);
  if (requirement !== undefined) return requirement;
  const near = CATALOGUE.filter((one) => one.id.startsWith(id.toUpperCase().split('-')[0] ?? '')).map(
    (one) => one.id,
  );
  throw new UsageError(
    `"${id}" is no requirement of the contract; ${near.length > 0 ? `did you mean ${near.join(', ')}` : 'see "conformance list"'}`,
  );
}

function explainJson({ id, level, profile, since, sentence, source, checks }: Requirement): string {
  const tried = checks.map(({ name, rounds = 1, components, needs, situations = [] }) => ({
    name,
    cases: rounds,
    components,
    needs,
    situations,
  }));
  return `${JSON.stringify({ id, level, profile, since, sentence, source, checks: tried }, null, 2)}\n`;
}

/** Write everything about one requirement, and how its checks try it. */
function explainText(requirement: Requirement): string {
  const { level, profile, since, sentence, source, checks } = requirement;
  return [
    `${requirement.id} (${level}, profile ${profile}, since contract ${since})`,
    sentence,
    `Source: ${source}`,
    '',
    'Checks:',
    ...checks.flatMap(({ name, rounds = 1, components, needs, situations = [] }) => {
      const needed = needs.length === 0 ? '' : `; needs ${needs.join(', ')}`;
      return [
        `  ${name}: ${rounds} ${rounds === 1 ? 'case' : 'cases'} with ${components.join(', ')}${needed}`,
        ...situations.map((one) => `    about "${one}": ${situationCalled(one).sentence}`),
      ];
    }),
    '',
    `Run: ${program()} run --only ${requirement.id}`,
    '',
  ].join('\n');
}
