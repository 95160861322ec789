import { select } from '../../requirements/selection.ts';

/** Write one line per requirement: id, level, profile, number of checks, sentence. */
export function listText(only: readonly string[], profiles: readonly string[], json: boolean): string {
  const { requirements } = select({ only, profiles });
  if (json) {
    const entries = requirements.map(({ id, level, profile, since, sentence, source, checks }) => ({
      id,
      level,
      profile,
      since,
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
