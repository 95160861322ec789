import type { JsonObject } from '../../json.ts';
import { anchorOf, escaped } from '../markup.ts';
import { type ComponentBox, type FlowLayout, layoutFlow, type Route, SIZE, type TopicBox } from './layout.ts';

/** About how wide a letter is, so that a box holds its longest words. */
const LETTER = { name: 8.2, line: 6.8 } as const;
const LANE = 12;

interface Columns {
  readonly component: { readonly x: number; readonly width: number };
  readonly topic: { readonly x: number; readonly width: number };
  readonly dead: { readonly x: number; readonly width: number };
  readonly width: number;
}

/** Draw the flow of a contract as SVG: who sends to which topic, who receives it, levels, jobs, and where dead letters go. */
export function flowDiagram(document: JsonObject): string {
  const layout = layoutFlow(document);
  const columns = columnsOf(layout);
  const { width } = columns;
  const heads = [
    [columns.component.x, 'components'],
    [columns.topic.x, 'topics'],
    [columns.dead.x, 'dead letters'],
  ] as const;
  return `<svg class="flow" viewBox="0 0 ${width} ${layout.height}" role="group" aria-label="The flow: each topic with its senders, receivers and dead letters">
${heads.map(([x, words]) => `<text class="faint" x="${x}" y="20">${words}</text>`).join('')}
${layout.topics.map((topic) => sending(topic, layout, columns)).join('\n')}
${layout.routes.map((route) => routed(route, layout, columns)).join('\n')}
${layout.components.map((box) => component(box, columns)).join('\n')}
${layout.topics.map((topic) => topicBox(topic, columns)).join('\n')}
</svg>`;
}

function columnsOf({ components, topics, routes }: FlowLayout): Columns {
  const widest = (words: readonly (readonly [string, number])[], least: number): number =>
    Math.ceil(Math.max(least, ...words.map(([text, letter]) => text.length * letter + 28)));
  const component = widest(
    components.flatMap(({ name, lines }) => [
      [name, LETTER.name] as const,
      ...lines.map((line) => [line, LETTER.line] as const),
    ]),
    240,
  );
  const topic = widest(
    topics.map(({ name }) => [name, LETTER.name] as const),
    200,
  );
  const dead = widest(
    topics.map(({ dead_letters }) => [dead_letters ?? '', LETTER.name] as const),
    120,
  );
  const gutter = 40 + routes.length * LANE;
  const topic_x = 10 + component + gutter;
  return {
    component: { x: 10, width: component },
    topic: { x: topic_x, width: topic },
    dead: { x: topic_x + topic + 50, width: dead },
    width: topic_x + topic + 50 + dead + 10,
  };
}

function component({ name, lines, y, height }: ComponentBox, { component: { x, width } }: Columns): string {
  const rows = lines.map(
    (line, index) =>
      `<text class="faint" x="${x + 12}" y="${y + SIZE.title + 12 + index * SIZE.line}">${escaped(line)}</text>`,
  );
  return `<a href="#${anchorOf('component', name)}" aria-label="component ${escaped(name)}"><rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/><text class="name" x="${x + 12}" y="${y + 20}">${escaped(name)}</text>${rows.join('')}</a>`;
}

function topicBox({ name, senders, receivers, dead_letters, y }: TopicBox, { topic, dead }: Columns): string {
  const middle = y + SIZE.topic / 2;
  const label = `topic ${name}, from ${senders.join(' and ')} to ${receivers.join(' and ')}`;
  const box = `<a href="#${anchorOf('topic', name)}" aria-label="${escaped(label)}"><rect class="topic" x="${topic.x}" y="${y}" width="${topic.width}" height="${SIZE.topic}" rx="20"/><text class="name" x="${topic.x + 14}" y="${middle + 5}">${escaped(name)}</text></a>`;
  if (dead_letters === null) return box;
  const from = topic.x + topic.width;
  return `${box}<path class="lost" d="M${from} ${middle}H${dead.x - 8}"/><path class="lost-tip" d="M${dead.x} ${middle}l-9 -5v10z"/><rect class="dead" x="${dead.x}" y="${y + 5}" width="${dead.width}" height="${SIZE.topic - 10}" rx="15"/><text x="${dead.x + 14}" y="${middle + 5}">${escaped(dead_letters)}</text>`;
}

/** The straight line from the first sender, which stands in the same row. */
function sending({ senders, y }: TopicBox, { components }: FlowLayout, columns: Columns): string {
  const from = components.find(({ name }) => name === senders[0]);
  if (from === undefined) return '';
  const middle = y + SIZE.topic / 2;
  const { x, width } = columns.component;
  return `<path d="M${x + width} ${middle}H${columns.topic.x - 8}"/><path class="tip" d="M${columns.topic.x} ${middle}l-9 -5v10z"/>`;
}

function routed({ to, lane, topic_y, component_y }: Route, { routes }: FlowLayout, columns: Columns): string {
  const left = columns.component.x + columns.component.width;
  const right = columns.topic.x;
  // Lanes of later routes are nearer to the components, so that few lines cross.
  const x = left + 24 + (routes.length - 1 - lane) * LANE;
  const [start, end] = to === 'component' ? [right, left + 8] : [left, right - 8];
  const [from_y, to_y] = to === 'component' ? [topic_y, component_y] : [component_y, topic_y];
  const tip =
    to === 'component'
      ? `<path class="tip" d="M${left} ${to_y}l9 -5v10z"/>`
      : `<path class="tip" d="M${right} ${to_y}l-9 -5v10z"/>`;
  return `<path d="M${start} ${from_y}H${x}V${to_y}H${end}"/>${tip}`;
}
