import type { FileProblem, TargetFile } from '../file.ts';
import { findPlaceholders, START_PLACEHOLDERS } from '../placeholders.ts';
import { inBraces } from './hooks.ts';

/** Find a variable of an environment that uses a placeholder which nobody fills. */
export function environmentProblem({
  environment,
  together,
  components,
}: TargetFile): FileProblem | undefined {
  const known: readonly string[] = START_PLACEHOLDERS;
  const of_components = Object.fromEntries(
    Object.entries(components).map(([name, component]) => [name, { environment: component?.environment }]),
  );
  const written = {
    environment,
    together: { environment: together?.environment },
    components: of_components,
  };
  const stranger = findPlaceholders(written).find(({ name }) => !known.includes(name));
  if (stranger === undefined) return undefined;
  const sentence = `expected ${inBraces(known)}, got {${stranger.name}}; correct it`;
  return { steps: stranger.steps, sentence };
}
