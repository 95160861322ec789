import type { SeedDocument } from '../description.ts';
import type { FileProblem, TargetFile } from '../file.ts';
import { findPlaceholders, PLAYER_PLACEHOLDERS, SEED_PLACEHOLDERS } from '../placeholders.ts';
import { inBraces } from './hooks.ts';

/** Find a document of a seed whose path names none, or which uses a placeholder that it is not given. */
export function seedProblem({ seeds = {} }: TargetFile): FileProblem | undefined {
  for (const [name, documents] of Object.entries(seeds)) {
    for (const [index, document] of documents.entries()) {
      const problem = pathProblem(document) ?? placeholderProblem(document);
      if (problem === undefined) continue;
      return { ...problem, steps: ['seeds', name, String(index), ...problem.steps] };
    }
  }
  return undefined;
}

function pathProblem({ path }: SeedDocument): FileProblem | undefined {
  const segments = path.split('/');
  if (segments.length % 2 === 0 && segments.every((segment) => segment !== '')) return undefined;
  const sentence = `expected a document, which is COLLECTION/ID or a deeper pair, got "${path}"; add the document's id, or remove what is too much`;
  return { steps: ['path'], sentence };
}

function placeholderProblem(document: SeedDocument): FileProblem | undefined {
  const { path, fields, for_each } = document;
  const of_player: readonly string[] = PLAYER_PLACEHOLDERS;
  const known = [...SEED_PLACEHOLDERS, ...(for_each === 'player' ? of_player : [])];
  const stranger = findPlaceholders({ path, fields }).find(({ name }) => !known.includes(name));
  if (stranger === undefined) return undefined;
  const advice = of_player.includes(stranger.name) ? 'correct it, or say "for_each: player"' : 'correct it';
  return {
    steps: stranger.steps,
    sentence: `expected ${inBraces(known)}, got {${stranger.name}}; ${advice}`,
  };
}
