import { PHASE_3 } from '../cases/fan-in.ts';
import { type Component, type Context, commit, type Handling, publish, read } from '../models/cloud/calls.ts';
import { pathOf, TRIGGER_TOPIC } from '../models/fan-in/component.ts';
import { type Completion, counts, type Trigger } from '../models/fan-in/scenario.ts';

/** What a broken fan-in records of a date. */
interface Record {
  readonly completed: readonly string[];
  readonly triggered?: boolean;
  readonly published?: boolean;
}

const NOTHING: Record = { completed: [] };
const ROUNDS_MAX = 10;

type Broken = Pick<Component<Completion>, 'handle'>;

/** D01: reads, counts and writes without a transaction. */
const checkThenAct: Broken = {
  *handle(completion) {
    if (!isExpected(completion)) return true;
    const found = yield* read(pathOf(completion.game_date));
    if (!found.ok) return false;
    const next = add(recordOf(found.value), completion.processor_name);
    if (!(yield* commit(pathOf(completion.game_date), next)).ok) return false;
    if (next.completed.length < PHASE_3.length) return true;
    return (yield* publish(TRIGGER_TOPIC, triggerOf(completion))).ok;
  },
};

/** L02: whoever finds everything recorded takes it for a duplicate, so a crash between commit and publish loses it. */
const duplicateAfterCommit: Broken = {
  *handle(completion) {
    if (!isExpected(completion)) return true;
    const path = pathOf(completion.game_date);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const found = yield* read(path);
      if (!found.ok) return false;
      const record = recordOf(found.value);
      if (record.completed.includes(completion.processor_name)) return true;
      const next = add(record, completion.processor_name);
      const done = yield* commit(path, next, found.version);
      if (!done.ok && done.code === 'FAILED_PRECONDITION') continue;
      if (!done.ok) return false;
      if (next.completed.length < PHASE_3.length) return true;
      return (yield* publish(TRIGGER_TOPIC, triggerOf(completion))).ok;
    }
    return false;
  },
};

/** L01: commits "triggered", publishes, and acks whatever came of it. */
const swallowPublishError: Broken = {
  *handle(completion) {
    const owed = yield* recordOnce(completion, (record) => ({ ...record, triggered: true }));
    if (owed === 'retry') return false;
    if (owed === 'publish') yield* publish(TRIGGER_TOPIC, triggerOf(completion));
    return true;
  },
};

/** L03: records "published" before the broker has confirmed. */
const recordBeforePublish: Broken = {
  *handle(completion) {
    const owed = yield* recordOnce(completion, (record) => ({ ...record, published: true }));
    if (owed === 'retry') return false;
    if (owed === 'nothing') return true;
    return (yield* publish(TRIGGER_TOPIC, triggerOf(completion))).ok;
  },
};

/** D02: publishes inside the transaction callback, which runs again after a conflict, with a new id each time. */
const publishInTransaction: Broken = {
  *handle(completion, context) {
    if (!isExpected(completion)) return true;
    const path = pathOf(completion.game_date);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const found = yield* read(path);
      if (!found.ok) return false;
      const record = recordOf(found.value);
      const next = add(record, completion.processor_name);
      if (next.completed.length === PHASE_3.length && record.triggered !== true) {
        const trigger = { ...triggerOf(completion), execution_id: context.freshId() };
        if (!(yield* publish(TRIGGER_TOPIC, trigger)).ok) return false;
      }
      const triggered = next.completed.length === PHASE_3.length;
      if ((yield* commit(path, { ...next, triggered }, found.version)).ok) return true;
    }
    return false;
  },
};

/** D03: "pending" excludes nobody; while the publish is under way, another completion triggers as well. */
const pendingDoesNotExclude: Broken = {
  *handle(completion, context) {
    if (!isExpected(completion)) return true;
    const path = pathOf(completion.game_date);
    const recorded = yield* change(path, (record) => add(record, completion.processor_name));
    if (recorded === undefined) return false;
    if (recorded.completed.length < PHASE_3.length || recorded.published === true) return true;
    const trigger = { ...triggerOf(completion), execution_id: context.freshId() };
    if (!(yield* publish(TRIGGER_TOPIC, trigger)).ok) return false;
    return (yield* change(path, (record) => ({ ...record, published: true }))) !== undefined;
  },
};

/** D04: counts any five names. */
const unknownNameCounts = outboxWith({ isCounted: counts });

/** D05: failed counts as done. */
const failedCounts = outboxWith({ isCounted: ({ processor_name }) => isKnown(processor_name) });

/** D06: triggers when all but one are done. */
const earlyLevel = outboxWith({ needed: PHASE_3.length - 1 });

/** D09: the date is missing in the key; yesterday's completions fill today's set. */
const dateMissing = outboxWith({ path: () => 'phase3_completion/all' });

/** C01: makes a correlation id of its own. */
const newCorrelation = outboxWith({
  trigger: (completion, context) => ({ ...triggerOf(completion), correlation_id: context.freshId() }),
});

/** D08: counts messages instead of processors, and knows repeats by their message id only. */
const countsMessages = outboxWith({ nameOf: (_, context) => context.message_id });

/** L13: the first message of a processor decides; a success after a failure is taken for a duplicate. */
const firstDecides: Broken = {
  *handle(completion) {
    if (!isKnown(completion.processor_name) || completion.skip_downstream_trigger) return true;
    const path = pathOf(completion.game_date);
    const failed = `failed ${completion.processor_name}`;
    const name = counts(completion) ? completion.processor_name : failed;
    const recorded = yield* change(path, (record) =>
      record.completed.includes(failed) ? record : add(record, name),
    );
    if (recorded === undefined) return false;
    const complete = PHASE_3.every((each) => recorded.completed.includes(each));
    if (!complete || recorded.published === true) return true;
    if (!(yield* publish(TRIGGER_TOPIC, triggerOf(completion))).ok) return false;
    return (yield* change(path, (record) => ({ ...record, published: true }))) !== undefined;
  },
};

/** D10: the completions are counted in the memory of one instance. */
const remembersInMemory: Broken = {
  *handle(completion, { memory }) {
    if (!isExpected(completion)) return true;
    const key = pathOf(completion.game_date);
    const record = add(recordOf(memory.get(key)), completion.processor_name);
    memory.set(key, record);
    if (record.completed.length < PHASE_3.length) return true;
    return (yield* publish(TRIGGER_TOPIC, triggerOf(completion))).ok;
  },
};

/** Every broken fan-in, by what it does. */
export const BROKEN_FAN_INS = {
  checkThenAct,
  duplicateAfterCommit,
  swallowPublishError,
  recordBeforePublish,
  publishInTransaction,
  pendingDoesNotExclude,
  unknownNameCounts,
  failedCounts,
  earlyLevel,
  dateMissing,
  newCorrelation,
  countsMessages,
  firstDecides,
  remembersInMemory,
} as const;

/** A fan-in that publishes until it is recorded, and can be broken in one point. */
function outboxWith(flaw: {
  readonly isCounted?: (completion: Completion) => boolean;
  readonly needed?: number;
  readonly path?: (game_date: string) => string;
  readonly nameOf?: (completion: Completion, context: Context) => string;
  readonly trigger?: (completion: Completion, context: Context) => Trigger;
}): Broken {
  return {
    *handle(completion, context): Handling {
      if (!(flaw.isCounted ?? isExpected)(completion)) return true;
      const path = (flaw.path ?? pathOf)(completion.game_date);
      const name = flaw.nameOf?.(completion, context) ?? completion.processor_name;
      const recorded = yield* change(path, (record) => add(record, name));
      if (recorded === undefined) return false;
      if (recorded.completed.length < (flaw.needed ?? PHASE_3.length) || recorded.published === true)
        return true;
      const trigger = (flaw.trigger ?? triggerOf)(completion, context);
      if (!(yield* publish(TRIGGER_TOPIC, trigger)).ok) return false;
      return (yield* change(path, (record) => ({ ...record, published: true }))) !== undefined;
    },
  };
}

/** Records a completion; whoever completes the set records `mark` in the same commit and has to publish. */
function* recordOnce(completion: Completion, mark: (record: Record) => Record) {
  if (!isExpected(completion)) return 'nothing';
  const path = pathOf(completion.game_date);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const found = yield* read(path);
    if (!found.ok) return 'retry';
    const record = recordOf(found.value);
    if (record.triggered === true || record.published === true) return 'nothing';
    const next = add(record, completion.processor_name);
    const isLast = next.completed.length === PHASE_3.length;
    const done = yield* commit(path, isLast ? mark(next) : next, found.version);
    if (done.ok) return isLast ? 'publish' : 'nothing';
    if (done.code !== 'FAILED_PRECONDITION') return 'retry';
  }
  return 'retry';
}

/** Changes a record under compare-and-set; undefined when that did not work out. */
function* change(path: string, apply: (record: Record) => Record) {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const found = yield* read(path);
    if (!found.ok) return undefined;
    const record = recordOf(found.value);
    const next = apply(record);
    if (next === record) return record;
    if ((yield* commit(path, next, found.version)).ok) return next;
  }
  return undefined;
}

function recordOf(value: unknown): Record {
  return (value as Record | undefined) ?? NOTHING;
}

function add(record: Record, name: string): Record {
  return record.completed.includes(name) ? record : { ...record, completed: [...record.completed, name] };
}

function isKnown(name: string): boolean {
  return (PHASE_3 as readonly string[]).includes(name);
}

function isExpected(completion: Completion): boolean {
  return isKnown(completion.processor_name) && counts(completion);
}

function triggerOf({ game_date, correlation_id }: Completion): Trigger {
  return { execution_id: `trigger-${game_date}-1`, game_date, level: 1, correlation_id };
}
