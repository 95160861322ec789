import type { DateRange, SeedDocument } from '../description.ts';
import type { FileProblem, TargetFile } from '../file.ts';
import { findPlaceholders, PLAYER_PLACEHOLDERS, SEED_PLACEHOLDERS } from '../placeholders.ts';
import { hookProblem, inBraces } from './hooks.ts';
import { fieldProblem, nameProblem, togetherProblem, versionProblem } from './names.ts';
import {
  directoryProblem,
  environmentProblem,
  patternProblem,
  programProblem,
  urlProblem,
} from './starting.ts';

const QUESTIONS: readonly ((file: TargetFile) => FileProblem | undefined)[] = [
  versionProblem,
  programProblem,
  urlProblem,
  patternProblem,
  togetherProblem,
  environmentProblem,
  nameProblem,
  fieldProblem,
  hookProblem,
  seedProblem,
  datesProblem,
];

/**
 * Find what is wrong with a target file that its schema allows, so that no run meets it half-way.
 *
 * @param folder where relative paths of the file begin.
 */
export function findProblem(file: TargetFile, folder: string): FileProblem | undefined {
  for (const ask of QUESTIONS) {
    const problem = ask(file);
    if (problem !== undefined) return problem;
  }
  return directoryProblem(file, folder);
}

/** Real games are played from 1946 on, and scheduled a year ahead; tests may use what lies outside. */
const REAL_GAMES: DateRange = { from: '1946-11-01', to: '2079-12-31' };

/** Find reserved dates that do not exist, or on which real games are or will be played. */
function datesProblem({ project = {} }: TargetFile): FileProblem | undefined {
  for (const part of ['reserved_dates', 'past_dates'] as const) {
    const range = project[part];
    if (range === undefined) continue;
    const steps = ['project', part];
    const impossible = [range.from, range.to].find((date) => !isDate(date));
    if (impossible !== undefined) {
      return { steps, sentence: `expected days of the calendar, got "${impossible}"; correct it` };
    }
    const allowed = part === 'reserved_dates' ? range.from > REAL_GAMES.to : range.to < REAL_GAMES.from;
    if (allowed && range.from <= range.to) continue;
    const where = part === 'reserved_dates' ? `after ${REAL_GAMES.to}` : `before ${REAL_GAMES.from}`;
    const sentence = `expected days in order and ${where}, on which no real game is played, got ${range.from} to ${range.to}; tests write and delete what belongs to them`;
    return { steps, sentence };
  }
  return undefined;
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}

/** Find a document of a seed whose path names none, or which uses a placeholder that it is not given. */
function seedProblem({ seeds = {} }: TargetFile): FileProblem | undefined {
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
