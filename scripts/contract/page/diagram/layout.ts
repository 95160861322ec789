import { at, entriesOf, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { topicsOf } from '../../topics.ts';
import { timesOf } from '../parts/times.ts';

/** A component as a box, with a line for each of its processors, levels and jobs. */
export interface ComponentBox {
  readonly name: string;
  readonly lines: readonly string[];
  readonly y: number;
  readonly height: number;
}

/** A topic in the row of its first sender. */
export interface TopicBox {
  readonly name: string;
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
  /** The topic of its dead letters; null for none. */
  readonly dead_letters: string | null;
  readonly y: number;
}

/** A line between the left side of a topic and the right side of a component, by a lane of its own between the two. */
export interface Route {
  /** Where the arrow points. */
  readonly to: 'component' | 'topic';
  readonly topic: string;
  readonly component: string;
  readonly lane: number;
  readonly topic_y: number;
  readonly component_y: number;
}

/** Where everything stands, in pixels from the top; columns are as wide as their longest words. */
export interface FlowLayout {
  readonly components: readonly ComponentBox[];
  readonly topics: readonly TopicBox[];
  readonly routes: readonly Route[];
  readonly height: number;
}

/** Heights of the parts of a box, and the gap between two. */
export const SIZE = { title: 26, line: 17, topic: 40, topic_gap: 14, port: 13, gap: 22, top: 40 } as const;

/** Lay the flow out: components in the order of the contract, each topic beside the component that sends to it. */
export function layoutFlow(document: JsonObject): FlowLayout {
  const facts = membersOf(topicsOf(document)).filter(([, topic]) => isOfFlow(document, topic));
  const names = membersOf(document['x-components'])
    .map(([name]) => name)
    .filter((name) => facts.some(([, topic]) => partiesOf(topic).includes(name)));
  const components: ComponentBox[] = [];
  const topics: TopicBox[] = [];
  let y: number = SIZE.top;
  for (const name of names) {
    const own = facts.filter(([, topic]) => senders(topic)[0] === name);
    const lines = linesOf(document, name);
    const ports = facts.filter(
      ([, topic]) =>
        stringsOf(at(topic, 'receivers')).includes(name) || senders(topic).slice(1).includes(name),
    ).length;
    const right = own.length * (SIZE.topic + SIZE.topic_gap) + ports * SIZE.port + 10;
    const height = Math.max(SIZE.title + lines.length * SIZE.line + 10, right, SIZE.topic);
    components.push({ name, lines, y, height });
    for (const [index, [topic, one]] of own.entries()) {
      topics.push({
        name: topic,
        senders: senders(one),
        receivers: stringsOf(at(one, 'receivers')),
        dead_letters: deadLetters(one),
        y: y + index * (SIZE.topic + SIZE.topic_gap),
      });
    }
    y += height + SIZE.gap;
  }
  return { components, topics, routes: routesOf(components, topics), height: y };
}

function routesOf(components: readonly ComponentBox[], topics: readonly TopicBox[]): readonly Route[] {
  const used = new Map<string, number>();
  const portOf = (box: ComponentBox): number => {
    const taken = used.get(box.name) ?? 0;
    used.set(box.name, taken + 1);
    return box.y + box.height - 10 - taken * SIZE.port;
  };
  const pairs = topics.flatMap((topic) => [
    ...topic.receivers.map((component) => ({ topic, component, to: 'component' as const })),
    ...topic.senders.slice(1).map((component) => ({ topic, component, to: 'topic' as const })),
  ]);
  return pairs.flatMap(({ topic, component, to }, lane) => {
    const box = components.find(({ name }) => name === component);
    if (box === undefined) return [];
    const topic_y = topic.y + (to === 'component' ? SIZE.topic - 8 : 8);
    return [{ to, topic: topic.name, component, lane, topic_y, component_y: portOf(box) }];
  });
}

/** Dead letters and what only Pub/Sub sends stand beside the topics from which they come. */
function isOfFlow(document: JsonObject, topic: Json): boolean {
  const [first] = senders(topic);
  return (
    first !== undefined &&
    at(document, 'x-components', first, 'runs_as') !== 'external' &&
    stringsOf(at(topic, 'receivers')).length > 0
  );
}

/** What a component works on: its processors with their levels, what it triggers and when, and who calls it by the clock. */
function linesOf(document: JsonObject, name: string): readonly string[] {
  const phase = at(document, 'x-components', name, 'phase');
  const of_phase = membersOf(document['x-components']).filter(([, one]) => at(one, 'phase') === phase);
  const processors =
    typeof phase === 'string' && of_phase.length === 1 ? membersOf(at(document, 'x-processors', phase)) : [];
  const levels = entriesOf(at(document, 'x-orchestrators', name, 'levels'));
  const jobs = membersOf(document['x-schedules']).filter(([, job]) => at(job, 'component') === name);
  return [
    ...processors.map(([processor, row]) => {
      const level = at(row, 'level');
      return level == null ? processor : `level ${String(level)}: ${processor}`;
    }),
    ...levels.map(
      (level) =>
        `level ${String(at(level, 'level'))} when ${stringsOf(at(level, 'waits_for')).length} processors are complete`,
    ),
    ...jobs.map(([job, one]) => {
      const { pacific } = timesOf(String(at(one, 'cron')), String(at(one, 'time_zone')));
      return `${job}: ${pacific.replace(', every day', ' Pacific')}`;
    }),
  ];
}

function senders(topic: Json): readonly string[] {
  return stringsOf(at(topic, 'senders'));
}

function partiesOf(topic: Json): readonly string[] {
  return [...senders(topic), ...stringsOf(at(topic, 'receivers'))];
}

function deadLetters(topic: Json): string | null {
  const name = at(topic, 'dead_letter_topic');
  return typeof name === 'string' ? name : null;
}
