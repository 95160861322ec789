import type { Place } from './places.ts';

/** What the rules look at. */
export interface Candidate extends Place {
  readonly file: string;
  readonly mutator: string;
}

/** A kind of mutant that breaks no promise of the contract, whatever it replaces. */
export interface Exclusion {
  readonly name: string;
  readonly reason: string;
  readonly covers: (candidate: Candidate) => boolean;
}

/** Every kind that is left out, by rule and never by hand. The first that covers a mutant names it. */
const EXCLUSIONS: readonly Exclusion[] = [
  {
    name: 'tools',
    reason: 'commands for operators, the trace page and the local pipeline: no component runs them',
    covers: inRooms('cli', 'operations', 'trace', 'local'),
  },
  {
    name: 'figures',
    reason: 'how a number is computed from other numbers: the reference decides it alone (docs/figures.md)',
    covers: inRooms('basketball', 'figures'),
  },
  {
    name: 'callers',
    reason:
      'who may call: decided outside of the contract (docs/security.md), and open where the judge calls',
    covers: inRooms('security'),
  },
  {
    name: 'configuration',
    reason: 'how a program reads its settings and starts: every implementation has its own',
    covers: ({ file, statement }) =>
      file.endsWith('/settings.ts') ||
      /^reference\/services\/(start|run|components)[.]ts$/.test(file) ||
      statement.includes('process.env'),
  },
  {
    name: 'alerts',
    reason: 'what people are told by log lines and alert channels: nothing that the judge receives',
    covers: (candidate) =>
      inRooms('alerts', 'watching')(candidate) ||
      /^reference\/(google\/logger|predictions\/status\/(alert|log-batch-ended|daily-summary))[.]ts$/.test(
        candidate.file,
      ),
  },
  {
    name: 'log',
    reason: 'what a log call is given, or a function that only logs: text and fields for people',
    covers: ({ calls, function_name }) =>
      calls.some((name) => LOG_CALL.test(name)) || /^(log|alert|raise|warn|tell)[A-Z]/.test(function_name),
  },
  {
    name: 'prose',
    reason:
      'text that starts with a word and a blank, or has a blank between words: names, codes and topics have none',
    covers: ({ mutator, original }) => mutator === 'StringLiteral' && PROSE.test(original),
  },
  {
    name: 'error text',
    reason: 'the sentence and details of an error: the contract promises the status of the answer alone',
    covers: ({ calls, mutator, original, statement }) =>
      (calls[0] === 'new PipelineError' || isThrown(calls[0], statement)) &&
      (mutator === 'ObjectLiteral' || (mutator === 'StringLiteral' && !ERROR_CODE.test(original))),
  },
];

const LOG_CALL = /(^|[.])(log|console)[.](log|debug|info|warn|error)$|^log[A-Z]\w*$|^(raise|send)Alert$/;

const PROSE = /^['"`][A-Za-z]+ |[A-Za-z]{2}[.,:;)"]? ["(]?[A-Za-z]/;

const ERROR_CODE = /^'[A-Z_]+'$/;

function isThrown(call: string | undefined, statement: string): boolean {
  return call !== undefined && statement.startsWith(`throw ${call}(`);
}

/** Name the first rule that covers a candidate; null when none does, so that it counts. */
export function exclusionOf(candidate: Candidate): string | null {
  return EXCLUSIONS.find(({ covers }) => covers(candidate))?.name ?? null;
}

function inRooms(...rooms: readonly string[]): Exclusion['covers'] {
  return ({ file }) => rooms.some((room) => file.startsWith(`reference/${room}/`));
}
