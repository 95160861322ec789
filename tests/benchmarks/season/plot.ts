import { memoryRows, type Sample, worked } from './samples.ts';

const WIDTH = 880;
const HEIGHT = 640;
const LEFT = 70;
const RIGHT = 200;
const PANELS = { time: { top: 40, height: 200 }, memory: { top: 330, height: 250 } };
const COLOURS = [
  '#0b5394',
  '#b45f06',
  '#38761d',
  '#741b47',
  '#134f5c',
  '#7f6000',
  '#990000',
  '#444444',
  '#351c75',
];

/** A line of a panel: one value per date. */
interface Line {
  readonly name: string;
  readonly values: readonly number[];
}

/** Draw the time and the memory of a load over its dates, as an SVG that needs nothing beside it. */
export function drawPlot(samples: readonly Sample[]): string {
  const took = worked(samples);
  const time: readonly Line[] = [
    { name: 'time', values: took.map(({ wall_ms }) => wall_ms / 60_000) },
    { name: 'processor time', values: took.map(({ cpu_ms }) => cpu_ms / 60_000) },
  ];
  const memory = memoryRows(samples)
    .toSorted((a, b) => b.last_mebibytes - a.last_mebibytes)
    .map(({ name }) => ({
      name,
      values: samples.map(
        ({ processes }) => processes.find((one) => one.name === name)?.own_mebibytes ?? Number.NaN,
      ),
    }));
  const { length } = samples;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" role="img" aria-labelledby="title">`,
    `<title id="title">Time and memory over ${length} dates of simulated seasons</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    drawPanel('Minutes since the first date began', time, PANELS.time, length),
    drawPanel("Each process's own memory, MiB", memory, PANELS.memory, length),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15, 'dates loaded', 'middle'),
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel(
  title: string,
  lines: readonly Line[],
  { top, height }: { readonly top: number; readonly height: number },
  dates: number,
): string {
  const highest = niceAbove(Math.max(1, ...lines.flatMap(({ values }) => values.filter(Number.isFinite))));
  const x = (index: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * index) / Math.max(1, dates - 1);
  const y = (value: number): number => top + height - (height * value) / highest;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(highest * share);
    const line = `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#d9d9d9"/>`;
    return line + text(LEFT - 8, at + 4, String(Math.round(highest * share * 100) / 100), 'end');
  });
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const index = Math.round(share * (dates - 1));
    return text(x(index), top + height + 18, String(index + 1), 'middle');
  });
  const placed = placeNames(lines.map(({ values }) => y(values.at(-1) ?? 0)));
  const drawn = lines.map(({ name, values }, order) => {
    const colour = COLOURS[order % COLOURS.length] ?? '#000000';
    const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    const line = `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    return line + text(WIDTH - RIGHT + 8, (placed[order] ?? 0) + 4, name, 'start', colour);
  });
  return [text(LEFT, top - 14, title, 'start'), ...grid, ...marks, ...drawn].join('\n');
}

/** Keeps names from standing on each other: from the lowest on, each goes up as far as it must. */
function placeNames(wanted: readonly number[]): readonly number[] {
  const APART = 15;
  let below = Number.POSITIVE_INFINITY;
  return wanted
    .map((at, index) => ({ at, index }))
    .sort((a, b) => b.at - a.at)
    .map(({ at, index }) => {
      below = Math.min(at, below - APART);
      return { at: below, index };
    })
    .sort((a, b) => a.index - b.index)
    .map(({ at }) => at);
}

function text(x: number, y: number, words: string, anchor: string, colour = '#222222'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
}

/** The next of 1, 2, 4, 6, 8 or 10 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 4, 6, 8].find((step) => step * power >= value) ?? 10) as number) * power;
}
