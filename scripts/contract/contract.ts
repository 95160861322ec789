import { createHash } from 'node:crypto';
import { type Document, isAlias, isMap, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { JsonObject } from './json.ts';
import { isObject } from './json.ts';

/** Name a place in the contract: keys and list indexes from the top. */
export type Path = readonly (string | number)[];

/** Hold the contract as read: its text, its values, and where each value stands. */
export interface Contract {
  /** How messages call the file, such as `asyncapi.yaml`. */
  readonly file: string;
  readonly text: string;
  /** The values, with YAML merge keys and aliases already applied. */
  readonly document: JsonObject;
  /** `info.version`. */
  readonly version: string;
  /** SHA-256 of the text, in hex. */
  readonly hash: string;
  /** Give the line (from 1) of a place, or of its nearest ancestor that is written out. */
  lineOf(path: Path): number;
}

/**
 * Read a contract from its text.
 *
 * @throws {ContractProblems} with one problem per line that is not YAML, or when the top level is not a mapping.
 */
export function readContract(text: string, file: string): Contract {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { merge: true, lineCounter: lines, prettyErrors: false });
  const broken: ContractProblem[] = parsed.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    what: `expected YAML, but ${error.message}`,
    todo: 'correct the indentation or the quotes of this line',
  }));
  if (broken.length === 0) broken.push(...unknownAnchors(parsed, lines));
  if (broken.length > 0) throw new ContractProblems(file, broken);

  const document: JsonObject | null = parsed.toJS();
  if (!isObject(document)) {
    const what = 'expected a mapping with asyncapi, info and channels';
    throw new ContractProblems(file, [{ line: 1, what, todo: 'restore the file from version control' }]);
  }
  return {
    file,
    text,
    document,
    version: isObject(document['info']) ? String(document['info']['version']) : 'unknown',
    hash: createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex'),
    lineOf: (path) => lines.linePos(offsetOf(parsed.contents, path)).line,
  };
}

/** Find every `*name` that no `&name` comes before; reading the values would fail there. */
function unknownAnchors(document: Document.Parsed, lines: LineCounter): readonly ContractProblem[] {
  const found: ContractProblem[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return;
      found.push({
        line: lines.linePos(alias.range?.[0] ?? 0).line,
        what: `expected &${alias.source} above, since *${alias.source} repeats what it names; found none`,
        todo: 'correct the name, or move this line behind it',
      });
    },
  });
  return found;
}

function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root;
  let offset = 0;
  for (const step of path) {
    if (isAlias(node)) return offset;
    if (isMap(node)) {
      const pair = node.items.find((entry) => keyText(entry.key) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function keyText(key: unknown): string {
  return typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : String(key);
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  return Array.isArray(node.range) ? Number(node.range[0]) : undefined;
}

/** Say what is wrong at one line of the contract, and what to do about it. */
export interface ContractProblem {
  /** Line in the contract, from 1. */
  readonly line: number;
  /** What was expected and what came. */
  readonly what: string;
  /** The next step of the person who reads it. */
  readonly todo: string;
  /** What to put into the contract, where it is known; whole lines, indented for their place. */
  readonly paste?: string;
}

/** Carry every problem that was found in a contract; the message lists one per line. */
export class ContractProblems extends Error {
  readonly problems: readonly ContractProblem[];

  constructor(file: string, problems: readonly ContractProblem[]) {
    super(problems.map((problem) => formatProblem(file, problem)).join('\n'));
    this.name = 'ContractProblems';
    this.problems = problems;
  }
}

/** Write one problem as `file:LINE: what; todo`, and below it what to paste. */
export function formatProblem(file: string, { line, what, todo, paste }: ContractProblem): string {
  return `${file}:${line}: ${what}; ${todo}${paste === undefined ? '' : `:\n${paste}`}`;
}
