import { CATALOGUE, findRequirement } from '../requirements/catalogue.ts';
import { select } from '../requirements/selection.ts';
import { UsageError } from './exit-codes.ts';

/** Write one line per requirement: id, level, profile, number of checks, sentence. */
export function listText(only: readonly string[], profiles: readonly string[], json: boolean): string {
  const { requirements } = select({ only, profiles });
  if (json) {
    const entries = requirements.map(({ id, level, profile, sentence, source, checks }) => ({
      id,
      level,
      profile,
      sentence,
      source,
      checks: checks.map(({ name }) => name),
    }));
    return `${JSON.stringify(entries, null, 2)}\n`;
  }
  const lines = requirements.map(
    ({ id, level, profile, sentence, checks }) =>
      `${id.padEnd(10)}${level.padEnd(7)}${profile.padEnd(12)}${String(checks.length).padStart(2)} ${checks.length === 1 ? 'check ' : 'checks'}  ${sentence}`,
  );
  return `${lines.join('\n')}\n`;
}

/** Write everything about one requirement, and how its checks try it. */
export function explainText(id: string): string {
  const requirement = findRequirement(id);
  if (requirement === undefined) {
    const near = CATALOGUE.filter((one) => one.id.startsWith(id.toUpperCase().split('-')[0] ?? '')).map(
      (one) => one.id,
    );
    throw new UsageError(
      `"${id}" is no requirement of the contract; ${near.length > 0 ? `did you mean ${near.join(', ')}` : 'see "conformance list"'}`,
    );
  }
  const { level, profile, sentence, source, checks } = requirement;
  return [
    `${requirement.id} (${level}, profile ${profile})`,
    sentence,
    `Source: ${source}`,
    '',
    'Checks:',
    ...checks.map(({ name, rounds = 1, components, needs }) => {
      const needed = needs.length === 0 ? '' : `; needs ${needs.join(', ')}`;
      return `  ${name}: ${rounds} ${rounds === 1 ? 'case' : 'cases'} with ${components.join(', ')}${needed}`;
    }),
    '',
    `Run: npm run conformance -- --only ${requirement.id}`,
    '',
  ].join('\n');
}
