import { escapeMarkup } from '../html/escape.ts';
import type { Actor } from './actors.ts';
import type { Step } from './steps.ts';

/** Where things stand, in pixels. */
export const LAYOUT = {
  /** Left of the first line: number and time of each row. */
  margin: 140,
  lane: 150,
  row: 28,
  head: 64,
  /** Right of the last line: what each row is about. */
  words: 540,
} as const;

/** How many characters fit beside a row. */
const WORDS_MAX = 72;

/** Draw the name of an actor over its line, in up to three rows of text. */
export function actorHead(name: Actor, x: number): string {
  const rows = wrap(name);
  const first_y = LAYOUT.head - 16 - (rows.length - 1) * 14;
  const spans = rows.map(
    (row, index) => `<tspan x="${x}" y="${first_y + index * 14}">${escapeMarkup(row)}</tspan>`,
  );
  return `<text class="actor" text-anchor="middle">${spans.join('')}</text>`;
}

/** Draw an arrow with its words above it; `y` is the middle of the row. */
export function arrowBetween(from_x: number, to_x: number, y: number, step: Step): string {
  const direction = Math.sign(to_x - from_x);
  const tip = to_x - direction * 6;
  const back = tip - direction * 9;
  return [
    `<line class="shaft" x1="${from_x + direction * 6}" y1="${y}" x2="${back}" y2="${y}"/>`,
    `<path class="tip" d="M${tip} ${y}L${back} ${y - 5}L${back} ${y + 5}Z"/>`,
    `<text class="label" text-anchor="middle" x="${(from_x + to_x) / 2}" y="${y - 5}">${escapeMarkup(step.label)}</text>`,
  ].join('');
}

/** Draw a sign on one actor's line: a cross for what ended, a dot for the rest. */
export function signOn(x: number, y: number, step: Step): string {
  const sign =
    step.tone === 'fault'
      ? `<path class="cross" d="M${x - 7} ${y - 7}l14 14m0 -14l-14 14"/>`
      : `<circle class="tip" cx="${x}" cy="${y}" r="6"/>`;
  return `${sign}<text class="label" x="${x + 12}" y="${y + 4}">${escapeMarkup(step.label)}</text>`;
}

/** Draw a line across all actors, for faults and remarks of the judge. */
export function lineAcross(from_x: number, to_x: number, y: number, step: Step): string {
  const words =
    step.label === ''
      ? ''
      : `<text class="label" x="${from_x + 8}" y="${y - 5}">${escapeMarkup(step.label)}</text>`;
  return `<line class="across" x1="${from_x}" y1="${y}" x2="${to_x}" y2="${y}"/>${words}`;
}

/** Cut words to what fits beside a row. */
export function fitting(words: string): string {
  return words.length <= WORDS_MAX ? words : `${words.slice(0, WORDS_MAX - 1)}…`;
}

/** Say how long after the first row a row happened. */
export function since(duration_ms: number): string {
  return duration_ms < 1000 ? `+${Math.round(duration_ms)} ms` : `+${(duration_ms / 1000).toFixed(2)} s`;
}

/** Break a name at its hyphens into rows of at most 18 characters. */
function wrap(name: string): readonly string[] {
  const rows: string[] = [];
  for (const word of name.split(/(?<=-)/)) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + word.length <= 18) rows[rows.length - 1] = last + word;
    else rows.push(word);
  }
  return rows;
}
