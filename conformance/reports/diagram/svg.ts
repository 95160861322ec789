import { escapeMarkup } from '../html/escape.ts';
import { type Actor, BROKER, inOrder, JUDGE, STORE } from './actors.ts';
import { actorHead, arrowBetween, fitting, LAYOUT, lineAcross, signOn, since } from './parts.ts';
import type { Step } from './steps.ts';

/** What a diagram is about. */
export interface DiagramOptions {
  readonly anomaly: string;
  /** Unique on the page; rows get ids of their own from it, such as `f1-12` for event #12. */
  readonly id: string;
  /** Read out in place of the picture. */
  readonly label: string;
  /** The id of the element that lists the steps in words. */
  readonly described_by: string;
}

/**
 * Draw a space-time diagram as an SVG element: a vertical line per actor, time downwards, one row per step.
 *
 * Colors come from the classes of the page's style sheet. After the last cited step a row names the anomaly.
 */
export function diagramSvg(steps: readonly Step[], options: DiagramOptions): string {
  const actors = inOrder([JUDGE, ...steps.flatMap(actorsIn), BROKER, STORE]);
  const xOf = (actor: Actor): number => LAYOUT.margin + LAYOUT.lane * (actors.indexOf(actor) + 0.5);
  const broken = verdictRow(steps);
  const rowOf = (index: number): number => (index < broken ? index : index + 1);
  const yOf = (row: number): number => LAYOUT.head + LAYOUT.row * (row + 0.75);
  const width = LAYOUT.margin + LAYOUT.lane * actors.length + LAYOUT.words;
  const height = LAYOUT.head + LAYOUT.row * (steps.length + 1) + 12;
  const lines = actors.map(
    (actor) =>
      `<line class="life" x1="${xOf(actor)}" y1="${LAYOUT.head - 8}" x2="${xOf(actor)}" y2="${height - 4}"/>${actorHead(actor, xOf(actor))}`,
  );
  const bands = steps.map((step, index) =>
    step.cited
      ? `<rect class="cited" x="0" y="${yOf(rowOf(index)) - 17}" width="${width}" height="${LAYOUT.row}"/><rect class="cited-edge" x="0" y="${yOf(rowOf(index)) - 17}" width="4" height="${LAYOUT.row}"/>`
      : '',
  );
  const began_ms = steps[0]?.at_ms ?? 0;
  const rows = steps.map((step, index) =>
    drawRow(step, { y: yOf(rowOf(index)), xOf, actors, id: options.id, began_ms }),
  );
  return [
    `<svg class="diagram" role="img" aria-label="${escapeMarkup(options.label)}" aria-describedby="${options.described_by}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...bands,
    ...lines,
    ...busyBars(steps, xOf, (index) => yOf(rowOf(index))),
    ...rows,
    drawVerdict(options.anomaly, steps, yOf(broken), width),
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function actorsIn({ shape }: Step): readonly Actor[] {
  if (shape.kind === 'arrow') return [shape.from, shape.to];
  return shape.kind === 'sign' ? [shape.on] : [];
}

/** The row after the last cited step and the answers to cited ones, or after all when none is cited. */
function verdictRow(steps: readonly Step[]): number {
  const cited = steps.filter((step) => step.cited).map(({ sequence }) => sequence);
  const last = steps.findLastIndex(
    (step) => step.cited || (step.answers !== null && cited.includes(step.answers)),
  );
  return last < 0 ? steps.length : last + 1;
}

interface RowPlace {
  readonly y: number;
  readonly xOf: (actor: Actor) => number;
  readonly actors: readonly Actor[];
  readonly id: string;
  /** The first row's time, from which all rows count. */
  readonly began_ms: number;
}

function drawRow(step: Step, { y, xOf, actors, id, began_ms }: RowPlace): string {
  const { shape } = step;
  const end_x = LAYOUT.margin + LAYOUT.lane * actors.length;
  const drawing =
    shape.kind === 'arrow'
      ? arrowBetween(xOf(shape.from), xOf(shape.to), y, step)
      : shape.kind === 'sign'
        ? signOn(xOf(shape.on), y, step)
        : lineAcross(LAYOUT.margin + 12, end_x - 12, y, step);
  return [
    `<g id="${id}-${step.sequence}" class="step ${step.tone}${step.cited ? ' is-cited' : ''}">`,
    `<title>${escapeMarkup(`#${step.sequence} ${step.sentence}`)}</title>`,
    `<text class="number" x="12" y="${y + 4}">#${step.sequence}</text>`,
    `<text class="time" text-anchor="end" x="${LAYOUT.margin - 6}" y="${y + 4}">${since(step.at_ms - began_ms)}</text>`,
    drawing,
    `<text class="about" x="${end_x}" y="${y + 4}">${escapeMarkup(fitting(step.text))}</text>`,
    '</g>',
  ].join('');
}

/** Show on a component's line how long it worked on a delivery or request; work at the same time stands side by side. */
function busyBars(
  steps: readonly Step[],
  xOf: (actor: Actor) => number,
  yOf: (index: number) => number,
): readonly string[] {
  return steps.flatMap((step, start) => {
    if (step.shape.kind !== 'arrow' || step.shape.from !== JUDGE || step.shape.to === STORE) return [];
    const { to } = step.shape;
    const end = steps.findIndex(({ answers }) => answers === step.sequence);
    const before = steps.slice(0, start).filter((other) => {
      const until = steps.findIndex(({ answers }) => answers === other.sequence);
      return other.shape.kind === 'arrow' && other.shape.to === to && until > start;
    });
    const x = xOf(to) - 4 + Math.min(before.length, 4) * 5;
    const last = end < 0 ? start : end;
    return [
      `<rect class="busy" x="${x}" y="${yOf(start)}" width="8" height="${Math.max(yOf(last) - yOf(start), 6)}"/>`,
    ];
  });
}

function drawVerdict(anomaly: string, steps: readonly Step[], y: number, width: number): string {
  const cited = steps.filter((step) => step.cited).map(({ sequence }) => `#${sequence}`);
  const words = cited.length === 0 ? anomaly : `${anomaly}, proved by ${cited.join(', ')}`;
  return `<g class="verdict"><rect x="0" y="${y - 16}" width="${width}" height="${LAYOUT.row - 4}" rx="3"/><text x="12" y="${y + 1}">✗ ${escapeMarkup(words)}</text></g>`;
}
