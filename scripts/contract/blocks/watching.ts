import type { Json } from '../json.ts';
import type { Block } from './block.ts';
import { inLine } from './yaml.ts';

type Facts = Readonly<Record<string, Json>>;

/** Write an entry of one of the mappings of x-monitoring: a log event, a metric or an alert. */
export function watchingBlock(
  mapping: 'log_events' | 'metrics' | 'alerts',
  name: string,
  facts: Facts,
): Block {
  return { kind: 'entry', under: ['x-monitoring', mapping], text: `${name}: ${inLine(facts)}\n` };
}
