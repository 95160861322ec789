import type { Delivery } from '../courier/courier.ts';
import { type FlowPorts, flow } from '../courier/flow.ts';
import { sendHttp } from '../courier/http.ts';
import { type ExploringLimits, exploreRuns } from '../exploring/runs.ts';
import type { DeliveryEvent, Json, RequestEvent, ResponseEvent } from '../history/events.ts';
import { answerTo, publishes } from '../history/select.ts';
import { createGameDates } from '../messages/dates.ts';
import { createRandom } from '../messages/random.ts';
import type { World } from '../world/world.ts';
import { type Scene, type SceneDelivery, SceneStuckError } from './scene.ts';
import { seedDocuments } from './seed.ts';

/** Which case a scene belongs to. */
export interface SceneIdentity {
  readonly name: string;
  readonly seed: number;
  /** The case's place in the plan; days and message ids of its own follow from it. */
  readonly place: number;
  readonly exploring?: ExploringLimits;
}

/** How many game dates one case may use. */
const DATES_PER_CASE = 16;
const SEED_MAX = 2 ** 31;
const REQUEST_PATIENCE_MS = 15_000;
const SLACK_MS = 12_000;

/** Opens the stage of one case in a world. */
export function openScene(world: World, identity: SceneIdentity): Scene {
  const { recorder, courier } = world;
  const patience_ms = world.target.recovery_seconds * 1000 + SLACK_MS;
  const random = createRandom(identity.seed, identity.name);
  const dates = createGameDates(identity.place * DATES_PER_CASE);
  const view = recorder.view();
  const own = [identity.name];
  const taken = new Set<string>();
  let messages = 0;

  const remember = (mark: string): string => {
    view.add(mark);
    return mark;
  };
  const complete = (delivery: SceneDelivery): Delivery => {
    const message_id = delivery.message_id ?? String(900_000_000 + identity.place * 10_000 + ++messages);
    return { ...delivery, message_id: remember(message_id) };
  };
  const history = view.events;
  view.add(identity.name);

  const request: Scene['request'] = async (component, path, { method = 'POST', body, headers = {} }) => {
    const asked = recorder.append({
      kind: 'request',
      component,
      method,
      path,
      body: body ?? null,
      marks: own,
    }) as RequestEvent;
    const reply = await sendHttp(
      world.component(component).url() + path,
      {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        body: body === undefined ? null : JSON.stringify(body),
      },
      REQUEST_PATIENCE_MS,
    );
    return recorder.append({
      kind: 'response',
      request: asked.sequence,
      status: reply.status,
      body: readBody(reply.body),
      marks: own,
    }) as ResponseEvent;
  };

  const scene: Scene = {
    name: identity.name,
    target: world.target,
    random,
    game_date: remember(dates.future()),
    controlled: world.cloud === 'embedded',
    anotherDate: () => remember(dates.future()),
    pastDate: () => remember(dates.past()),
    claimDate: remember,
    id: () => remember(random.uuid()),
    history,
    has: world.has,
    deliver: (delivery) => courier.deliver(complete(delivery), own),
    deliverUntilAcked: (delivery) => courier.deliverUntilAcked(complete(delivery), own, patience_ms),
    request,
    async requestUntil(component, path, call, accept) {
      const deadline_ms = Date.now() + patience_ms;
      for (;;) {
        const response = await request(component, path, call);
        if (accept(response.status) || Date.now() > deadline_ms) return response;
        await pause(150);
      }
    },
    flow: (options) => flow(flowPorts(), taken, options),
    async seed(name, values) {
      const documents = seedDocuments(world.target, name, values, random);
      await (await world.store()).write(documents);
      recorder.append({
        kind: 'seed',
        name,
        game_date: values.game_date,
        run: values.run ?? 1,
        players_ready: values.players_ready,
        players_total: values.players_ready.length + (values.players_not_ready?.length ?? 0),
        marks: own,
      });
    },
    async readDocument(path) {
      const fields = await (await world.store()).read(path);
      recorder.append({ kind: 'document', path, fields, marks: own });
      return fields;
    },
    fault: (rule) => world.faults.add(rule),
    async kill(component) {
      await world.component(component).kill();
      recorder.append({ kind: 'process', component, change: 'killed', marks: own });
    },
    async restart(component) {
      await world.component(component).restart();
      recorder.append({ kind: 'process', component, change: 'started', marks: own });
    },
    explore(exploration) {
      const ports = {
        recorder,
        courier,
        calls: world.calls,
        marks: own,
        patience_ms,
        remember,
        settle: world.observation.settle,
      };
      return exploreRuns(ports, exploration, random.below(SEED_MAX), identity.exploring ?? {});
    },
    async await(what, condition) {
      if (await view.until(() => condition(history()), patience_ms)) return;
      throw new SceneStuckError(`expected ${what} within ${patience_ms / 1000} s, and it did not come`);
    },
    settle: () => world.observation.settle(),
    mark: (name, sentence) => void recorder.append({ kind: 'marker', name, sentence, marks: own }),
  };

  function flowPorts(): FlowPorts {
    return {
      published: () => publishes(history()),
      has: world.has,
      async deliver(component, message, copy) {
        const answer = await scene.deliverUntilAcked({
          component,
          topic: message.topic,
          ...(copy === 0 ? { message_id: message.message_id } : {}),
          message: message.message,
          attributes: message.attributes,
          ...(message.raw === null ? {} : { data: message.raw }),
        });
        return answer.acked;
      },
      settle: world.observation.settle,
      async change(deliveries) {
        const before = publishes(history()).length;
        const more = view.until(() => publishes(history()).length > before, patience_ms);
        await Promise.race([more, ...deliveries]);
      },
    };
  }

  return scene;
}

/** Tell whether a delivery was acked. */
export function wasAcked(history: ReturnType<Scene['history']>, delivery: DeliveryEvent): boolean {
  return answerTo(history, delivery)?.acked ?? false;
}

function readBody(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

function pause(duration_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration_ms));
}
