import type { Random } from '../../../reference/figures/season/random.ts';
import { createShell } from '../../../reference/http/shell.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../../../reference/ports/ports.ts';
import type { Settings } from '../../../reference/ports/settings.ts';
import { COMPONENT_LOADERS, type CreateComponent } from '../../../reference/services/components.ts';
import type { MemoryPorts } from '../../reference/memory-ports.ts';
import type { Timeline } from './timeline.ts';
import type { Trouble } from './trouble.ts';

/** How many instances each component has. */
const INSTANCES = 2;

/** The instances of all components over one store and one broker. */
export interface Instances {
  /** Hands a request to some instance. Resolves with undefined when it dies before it answers. */
  call(component: string, request: HttpRequest): Promise<HttpAnswer | undefined>;
}

/** What the instances share. */
export interface Shared {
  readonly memory: MemoryPorts;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly trouble: Trouble;
  readonly settings: Settings;
  readonly publish: (topic: string, message: object) => string;
}

/** Starts every component of the contract; who dies is replaced at once by one that remembers nothing. */
export async function startInstances(shared: Shared): Promise<Instances> {
  const creates = await Promise.all(
    Object.entries(COMPONENT_LOADERS).map(async ([name, load]) => [name, await load()] as const),
  );
  const running = new Map(
    creates.map(([name, create]) => [
      name,
      { create, live: Array.from({ length: INSTANCES }, () => startOne(create, shared)) },
    ]),
  );
  return {
    async call(component, request) {
      const own = running.get(component);
      const index = shared.random.below(INSTANCES);
      const instance = own?.live[index];
      if (own === undefined || instance === undefined)
        throw new Error(`expected a component, got ${component}`);
      const answer = await Promise.race([instance.handler(request), instance.death]);
      if (answer === undefined && own.live[index] === instance)
        own.live[index] = startOne(own.create, shared);
      return answer;
    },
  };
}

interface Instance {
  readonly handler: HttpHandler;
  /** Resolves when it dies. */
  readonly death: Promise<undefined>;
}

function startOne(create: CreateComponent, shared: Shared): Instance {
  let is_dead = false;
  let die = (): void => {};
  const death = new Promise<undefined>((resolve) => {
    die = () => resolve(undefined);
  });
  /** A dead instance hears of nothing any more; a call that was under way may have been done. */
  const step =
    (service: 'store' | 'broker') =>
    async <Result>(what: string, act: () => Promise<Result>): Promise<Result> => {
      if (!is_dead && shared.trouble.dies()) {
        is_dead = true;
        shared.trouble.counts.deaths += 1;
        die();
        if (shared.random.below(2) === 0) act().catch(() => {});
      }
      if (is_dead) return new Promise(() => {});
      try {
        const result = await shared.trouble.pass(service, what, act);
        return is_dead ? await new Promise<never>(() => {}) : result;
      } catch (error) {
        return is_dead ? await new Promise<never>(() => {}) : Promise.reject(error);
      }
    };
  const ports = portsOf(shared, step('store'), step('broker'));
  return { handler: createShell(create(ports, shared.settings), ports.log), death };
}

type Step = <Result>(what: string, act: () => Promise<Result>) => Promise<Result>;

function portsOf({ memory, timeline, publish }: Shared, store: Step, broker: Step): Ports {
  const { documents, warehouse, files } = memory;
  const silent = (): void => {};
  return {
    clock: { now: () => new Date(timeline.nowMs()), wait: (duration_ms) => timeline.wait(duration_ms) },
    ids: memory.ids,
    broker: { publish: (topic, message) => broker(topic, async () => publish(topic, message)) },
    documents: {
      get: (path) => store(path, () => documents.get(path)),
      update: (path, decide, beside) => store(path, () => documents.update(path, decide, beside)),
      query: (collection, where, from) => store(collection, () => documents.query(collection, where, from)),
      count: (collection, where) => store(collection, () => documents.count(collection, where)),
    },
    warehouse: {
      replaceRows: (table, game_date, run, rows, key, decide) =>
        store(table.table, () => warehouse.replaceRows(table, game_date, run, rows, key, decide)),
      putRow: (table, game_date, run, key, row) =>
        store(table.table, () => warehouse.putRow(table, game_date, run, key, row)),
      rows: (table, game_date, run) => store(table.table, () => warehouse.rows(table, game_date, run)),
      row: (table, game_date, run, key) =>
        store(table.table, () => warehouse.row(table, game_date, run, key)),
      handedOnBefore: (table, game_date) =>
        store(table.table, () => warehouse.handedOnBefore(table, game_date)),
      recordRun: (run) => store(run.processor_name, () => warehouse.recordRun(run)),
      runs: (where) => store('processor_run_history', () => warehouse.runs(where)),
    },
    files: {
      write: (path, content) => store(path, () => files.write(path, content)),
      read: (path) => store(path, () => files.read(path)),
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    alerts: { send: silent, settled: () => Promise.resolve() },
  };
}
