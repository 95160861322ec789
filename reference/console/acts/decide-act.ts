import { PipelineError } from '../../errors/pipeline-error.ts';
import type { Finding } from '../../operations/dates/finding.ts';
import { TRIGGER_TARGETS, type TriggerTarget } from '../../operations/triggers/decide-plan.ts';

/** Something that a person may have done by the page. Each is a `pipeline` command too. */
export type Act =
  | {
      readonly kind: 'trigger';
      readonly target: TriggerTarget;
      readonly game_date: string;
      readonly run: number;
      /** Only this processor or scraper; null for all. */
      readonly processor: string | null;
      /** Only with target 4; null for the first level whose trigger is not out. */
      readonly level: number | null;
      /** Only with target 4: send a trigger that is out once more. */
      readonly again: boolean;
    }
  | { readonly kind: 'rerun'; readonly game_date: string }
  | {
      readonly kind: 'replay';
      readonly topic: string;
      /** Null for every dead letter of the topic that its receiver can take. */
      readonly message_id: string | null;
    };

/** Which date and run a finding is of. */
export interface Address {
  readonly game_date: string;
  readonly run: number;
}

/** Give the act that a finding asks for; null when it asks for none, or for a look at dead letters. */
export function actOf({ next }: Pick<Finding, 'next'>, { game_date, run }: Address): Act | null {
  if (next === null) return null;
  const [command, target, ...flags] = next;
  if (command === 'rerun') return { kind: 'rerun', game_date };
  const argumentOf = (flag: string): string | null => flags[flags.indexOf(flag) + 1] ?? null;
  if (command === 'dead-letters' && target === 'replay') {
    const topic = argumentOf('--topic');
    return topic === null ? null : { kind: 'replay', topic, message_id: null };
  }
  if (command !== 'trigger' || !isTarget(target)) return null;
  const has = (flag: string): boolean => flags.includes(flag);
  const processor = has('--scraper')
    ? argumentOf('--scraper')
    : has('--processor')
      ? argumentOf('--processor')
      : null;
  const level = has('--level') ? Number(argumentOf('--level')) : null;
  return { kind: 'trigger', target, game_date, run, processor, level, again: has('--again') };
}

/**
 * Read an act that a browser sent.
 *
 * @throws {PipelineError} INVALID_REQUEST naming the field, what was expected and what came.
 */
export function readAct(value: unknown): Act {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  switch (fields['kind']) {
    case 'trigger': {
      const target = fields['target'];
      if (!isTarget(target)) throw wrong('target', `one of ${TRIGGER_TARGETS.join(', ')}`, target);
      return {
        kind: 'trigger',
        target,
        game_date: dateOf(fields),
        run: numberOf(fields, 'run') ?? 1,
        processor: textOrNull(fields, 'processor'),
        level: numberOf(fields, 'level'),
        again: fields['again'] === true,
      };
    }
    case 'rerun':
      return { kind: 'rerun', game_date: dateOf(fields) };
    case 'replay': {
      const [topic, message_id] = [textOrNull(fields, 'topic'), textOrNull(fields, 'message_id')];
      if (topic === null) throw wrong('topic', 'the topic of the dead letter', topic);
      // "All" is asked for by null, and never by leaving the id out.
      if (!('message_id' in fields))
        throw wrong('message_id', 'the id of a dead letter, or null for all', undefined);
      return { kind: 'replay', topic, message_id };
    }
    default:
      throw wrong('kind', 'trigger, rerun or replay', fields['kind']);
  }
}

function isTarget(value: unknown): value is TriggerTarget {
  return TRIGGER_TARGETS.some((target) => target === value);
}

function dateOf(fields: Readonly<Record<string, unknown>>): string {
  const value = fields['game_date'];
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  throw wrong('game_date', 'a calendar day written YYYY-MM-DD', value);
}

function numberOf(fields: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = fields[name] ?? null;
  if (value === null || (typeof value === 'number' && Number.isInteger(value) && value > 0)) return value;
  throw wrong(name, 'a whole number above 0, or null', value);
}

function textOrNull(fields: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = fields[name] ?? null;
  if (value === null || (typeof value === 'string' && value !== '')) return value;
  throw wrong(name, 'a name, or null', value);
}

function wrong(field: string, expected: string, value: unknown): PipelineError {
  return new PipelineError(
    'INVALID_REQUEST',
    `${field} must be ${expected}, got ${JSON.stringify(value) ?? 'nothing'}`,
    { field },
  );
}
