import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';
import type { Path } from '../contract.ts';

/** One text that belongs into the contract, and its place. */
export type Block =
  | {
      readonly kind: 'entry';
      /** The mapping that it becomes an entry of. */
      readonly under: Path;
      /** The key behind which it stands; the last when it is left out. */
      readonly after?: string;
      /** Whole lines, not indented. */
      readonly text: string;
    }
  | {
      readonly kind: 'item';
      /** The list that it is appended to. */
      readonly list: Path;
      readonly value: string;
    };

/** A place that a block names and the contract does not have. */
export class BlockPlaceError extends Error {}

interface Edit {
  readonly offset: number;
  readonly insert: string;
}

/**
 * Put blocks into the text of a contract. Nothing else of the text changes: comments, quotes and anchors stay.
 *
 * @throws {BlockPlaceError} when the contract has no such mapping or list.
 */
export function placeBlocks(text: string, blocks: readonly Block[]): string {
  const document = parseDocument(text, { merge: true });
  const edits = blocks.map((block) => {
    const path = block.kind === 'entry' ? block.under : block.list;
    const node = document.getIn(path, true);
    const edit = block.kind === 'entry' ? entryEdit(text, node, block) : itemEdit(node, block.value);
    if (edit === undefined) throw new BlockPlaceError(`expected ${path.join('.')} to be in the contract`);
    return edit;
  });
  const last_first = edits
    .map((edit, index) => ({ ...edit, index }))
    .sort((one, other) => other.offset - one.offset || other.index - one.index);
  return last_first.reduce(
    (result, { offset, insert }) => result.slice(0, offset) + insert + result.slice(offset),
    text,
  );
}

/** Show blocks as they would stand in the contract, under a comment that names the place. */
export function pasteable(blocks: readonly Block[]): string {
  return blocks
    .map((block) =>
      block.kind === 'entry'
        ? `# at the end of ${block.under.join('.')}\n${indented(block.text, 2 * block.under.length)}`
        : `# at the end of ${block.list.join('.')}\n${block.value}\n`,
    )
    .join('')
    .trimEnd();
}

function entryEdit(
  text: string,
  node: unknown,
  { after, text: block }: Extract<Block, { kind: 'entry' }>,
): Edit | undefined {
  if (!isMap(node) || node.flow === true) return undefined;
  const named = node.items.find((pair) => after !== undefined && keyOf(pair) === after);
  const start = startOf((named ?? node.items.at(-1))?.key);
  if (start === undefined) return undefined;
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  return { offset: endOfEntry(text, start, column), insert: indented(block, column) };
}

/** Find where the lines of an entry end: they are indented deeper than its key. Blank lines behind them stay behind. */
function endOfEntry(text: string, start: number, column: number): number {
  let end = nextLine(text, start);
  for (let line = end; line < text.length; line = nextLine(text, line)) {
    const content = text.slice(line, nextLine(text, line));
    if (content.trim() === '') continue;
    if (content.length - content.trimStart().length <= column) break;
    end = nextLine(text, line);
  }
  return end;
}

function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

function itemEdit(node: unknown, value: string): Edit | undefined {
  if (!isSeq(node) || node.flow !== true || !node.range) return undefined;
  const last = node.items.at(-1);
  const end = isNodeWithRange(last) ? last.range[1] : node.range[1] - 1;
  return { offset: end, insert: last === undefined ? value : `, ${value}` };
}

function isNodeWithRange(node: unknown): node is Node & { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function startOf(key: unknown): number | undefined {
  return isNodeWithRange(key) ? key.range[0] : undefined;
}

function indented(text: string, columns: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(columns));
}
