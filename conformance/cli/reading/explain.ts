import { meaningOf } from '../../checks/anomalies.ts';
import { situationCalled } from '../../checks/situations/all.ts';
import { mendingPath, program } from '../../contract/program.ts';
import { CATALOGUE, findRequirement, type Requirement } from '../../requirements/catalogue.ts';
import { UsageError } from '../exit-codes.ts';

/**
 * Explain a requirement by its id, or what a report calls a failure.
 *
 * @throws {UsageError} when the contract has no such requirement.
 */
export function explain(id: string, json: boolean): string {
  const meaning = meaningOf(id.toLowerCase());
  if (meaning !== '') {
    const anomaly = id.toLowerCase();
    if (json) return `${JSON.stringify({ anomaly, meaning })}\n`;
    return `${meaning}\nHow to mend it: ${mendingPath(anomaly)}\n`;
  }
  const requirement = requirementCalled(id);
  return json ? explainJson(requirement) : explainText(requirement);
}

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
