import { statSync } from 'node:fs';
import path from 'node:path';
import { errorWords } from '../../contract/errors.ts';
import type { FileProblem, ReadinessFile, TargetFile } from '../file.ts';
import { findPlaceholders, START_PLACEHOLDERS } from '../placeholders.ts';
import { inBraces } from './hooks.ts';

/** A text of the file, and where it stands. */
type Placed = readonly [steps: readonly string[], text: string | undefined];

/** Find a command whose program has no name. */
export function programProblem({ components, together, hooks = {} }: TargetFile): FileProblem | undefined {
  const programs: readonly Placed[] = [
    ...Object.entries(components).map(
      ([name, { command }]): Placed => [['components', name, 'command', '0'], command?.[0]],
    ),
    [['together', 'command', '0'], together?.command[0]],
    ...Object.entries(hooks).map(
      ([name, { command }]): Placed => [['hooks', name, 'command', '0'], command?.[0]],
    ),
  ];
  const [steps] = programs.find(([, program]) => program === '') ?? [];
  if (steps === undefined) return undefined;
  return { steps, sentence: 'expected a program, got an empty text; name one' };
}

/** Find an address that nobody can call, such as one whose port does not exist. */
export function urlProblem({ components, project }: TargetFile): FileProblem | undefined {
  const urls: readonly Placed[] = [
    ...Object.entries(components).map(([name, { url }]): Placed => [['components', name, 'url'], url]),
    ...Object.entries(project?.urls ?? {}).map(([name, url]): Placed => [['project', 'urls', name], url]),
  ];
  for (const [steps, url] of urls) {
    if (url === undefined || URL.canParse(url)) continue;
    return { steps, sentence: `expected a URL, got "${url}"; correct it` };
  }
  return undefined;
}

/** Find a pattern of readiness that is no regular expression. */
export function patternProblem({ ready, components, together }: TargetFile): FileProblem | undefined {
  const patterns: readonly Placed[] = [
    [['ready', 'stdout'], patternOf(ready)],
    ...Object.entries(components).map(
      ([name, component]): Placed => [['components', name, 'ready', 'stdout'], patternOf(component.ready)],
    ),
    [['together', 'ready', 'stdout'], together?.ready?.stdout],
  ];
  for (const [steps, pattern] of patterns) {
    const why = pattern === undefined ? undefined : refusalOf(pattern);
    if (why === undefined) continue;
    return { steps, sentence: `expected a regular expression, got "${pattern}" (${why}); ${howTo(pattern)}` };
  }
  return undefined;
}

/** What other languages write that JavaScript does not take. */
function howTo(pattern = ''): string {
  if (pattern.includes('(?P<')) return 'a group is written (?<url>…), without the P of Python';
  return /\(\?[a-z]+\)/.test(pattern)
    ? 'leave out the flag, such as (?i), and write [Ll]istening'
    : 'correct it';
}

function patternOf(ready: ReadinessFile | undefined): string | undefined {
  return ready !== undefined && 'stdout' in ready ? ready.stdout : undefined;
}

function refusalOf(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    const words = errorWords(error);
    return words.slice(words.lastIndexOf(': ') + 2);
  }
}

/** Find a folder for commands that is not there, which a start would report as a program that is not there. */
export function directoryProblem({ directory }: TargetFile, folder: string): FileProblem | undefined {
  if (directory === undefined) return undefined;
  const place = path.resolve(folder, directory);
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() === true) return undefined;
  const sentence = `expected a folder, got "${directory}", and ${place} is none; correct it`;
  return { steps: ['directory'], sentence };
}

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
