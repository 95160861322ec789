import type { Anomaly } from '../../../../conformance/checks/check.ts';
import { eventsOf, readBeginning } from '../../../../conformance/checks/drawn/model/played.ts';
import type { DrawnReceiver } from '../../../../conformance/checks/drawn/receiver.ts';
import { markBeginning } from '../../../../conformance/checks/drawn/run/begin.ts';
import type { DrawnHistory } from '../../../../conformance/checks/drawn/value/history.ts';
import { isAck } from '../../../../conformance/harness/courier/courier.ts';
import { pushPath } from '../../../../conformance/harness/courier/push-path.ts';
import { type ActiveFault, describe, type FaultRule } from '../../../../conformance/harness/faults/faults.ts';
import { createRandom } from '../../../../conformance/harness/messages/random.ts';
import type { DayWindow } from '../../../../conformance/harness/messages/windows.ts';
import {
  type Branch,
  type SceneDelivery,
  SceneStuckError,
} from '../../../../conformance/harness/scene/scene.ts';
import { seedEvent } from '../../../../conformance/harness/scene/seed.ts';
import type { AnswerEvent, EventDraft, HistoryEvent, Json } from '../../../../conformance/history/events.ts';
import type { Target } from '../../../../conformance/targets/description.ts';
import type {
  HttpAnswer,
  HttpHandler,
  HttpRequest,
  Logger,
  Ports,
} from '../../../../reference/ports/ports.ts';
import { readSettings, type Settings } from '../../../../reference/ports/settings.ts';
import { portsOf, type Rule } from './ports.ts';
import { seedInMemory } from './seeds.ts';

/** A program whose receivers are to be judged, as functions. */
export interface Program {
  readonly shell: (handler: HttpHandler, log: Logger) => HttpHandler;
  readonly receivers: Readonly<Record<string, (ports: Ports, settings: Settings) => HttpHandler>>;
}

const CLAIM_SECONDS = 3;
const ATTEMPTS_MAX = 500;
const SETTINGS = readSettings({
  GOOGLE_CLOUD_PROJECT: 'demo-drawn',
  LEASE_SECONDS: String(CLAIM_SECONDS),
  PUBLISH_CLAIM_SECONDS: String(CLAIM_SECONDS),
  PHASE4_WAIT_SECONDS: '1',
  PHASE4_POLL_SECONDS: '0.1',
  SLATE_REPLAY_DATE: '2024-01-15',
  SLATE_REPLAY_GAMES: '1',
});
const TARGET = {
  recovery_seconds: CLAIM_SECONDS,
  store: 'cloud',
  has: { sweep: true, runs: true },
  // What the seeds below tell of.
  seeds: {
    feature_store: [
      {
        path: 'x/{backfill_mode}',
        for_each: 'player',
        fields: { minutes: '{minutes}', why: '{backfill_reason}' },
      },
    ],
    no_games: [],
    phase_4_begun: [],
  },
} as unknown as Target;

/** Play one history on a program in this process, with a world of its own, and judge it. */
export async function judgeInMemory(
  program: Program,
  receiver: DrawnReceiver,
  history: DrawnHistory,
  window: DayWindow,
): Promise<{ readonly anomalies: readonly Anomaly[]; readonly events: readonly HistoryEvent[] }> {
  const branch = openBranch(program, receiver, window);
  markBeginning(branch, history);
  try {
    await receiver.play(branch, history);
  } catch (error) {
    // Judged as far as it came, as in a run.
    if (!(error instanceof SceneStuckError)) throw error;
  }
  const events = branch.history();
  const beginning = readBeginning(events);
  const own = beginning === undefined ? events : eventsOf(events, branch.mark_of, beginning);
  return { anomalies: receiver.judge(own), events: own };
}

function openBranch(program: Program, receiver: DrawnReceiver, window: DayWindow): Branch {
  const events: HistoryEvent[] = [];
  const began_ms = Date.now();
  const marks = ['case', 'history'];
  const append = (draft: EventDraft): HistoryEvent => {
    const event = { ...draft, sequence: events.length + 1, at_ms: Date.now() - began_ms } as HistoryEvent;
    events.push(event);
    return event;
  };
  const rules: Rule[] = [];
  const struckBy = (on: FaultRule['on'], words: string, topic?: string): Rule | undefined => {
    for (const one of rules) {
      const { rule } = one;
      if (one.is_lifted || rule.on !== on || (rule.topic !== undefined && rule.topic !== topic)) continue;
      if (!words.includes(rule.game_date)) continue;
      one.seen += 1;
      if (one.seen <= (rule.after ?? 0) || one.hits >= (rule.times ?? Infinity)) continue;
      one.hits += 1;
      append({ kind: 'fault', change: 'strikes', fault: describe(rule), marks });
      one.strike();
      return one;
    }
    return undefined;
  };
  const ports = portsOf(append, struckBy);
  const instances = new Map(
    receiver.components.map((component) => {
      const make = program.receivers[component];
      if (make === undefined) throw new Error(`no program for ${component}`);
      return [component as string, [1, 2].map(() => program.shell(make(ports, SETTINGS), ports.log))];
    }),
  );
  const call = async (component: string, request: Partial<HttpRequest>, replica = 1): Promise<HttpAnswer> => {
    const own = instances.get(component) ?? [];
    const handler = own[replica - 1] ?? own[0];
    if (handler === undefined) throw new Error(`no instance of ${component}`);
    return handler({ method: 'POST', path: '/', query: {}, headers: {}, body: Buffer.alloc(0), ...request });
  };
  let messages = 0;
  const random = createRandom(1, window.days[0]);
  const nextMessageId = (): string => String(90_000 + ++messages);

  const deliver = async (delivery: SceneDelivery): Promise<AnswerEvent> => {
    const { component, topic, message, message_id = nextMessageId(), attempt = 1, replica } = delivery;
    const sent = append({
      kind: 'delivery',
      component,
      topic,
      form: 'push_envelope',
      message_id,
      attempt,
      ...(replica === undefined ? {} : { replica }),
      message,
      defect: null,
      marks,
    });
    const data = Buffer.from(JSON.stringify(message)).toString('base64');
    const body = Buffer.from(JSON.stringify({ message: { data, messageId: message_id, attributes: {} } }));
    const answer = await call(component, { path: pushPath(topic, component as never), body }, replica);
    return append({
      kind: 'answer',
      delivery: sent.sequence,
      status: answer.status,
      acked: isAck(answer.status),
      body: JSON.stringify(answer.body ?? ''),
      marks,
    }) as AnswerEvent;
  };
  const branch: Partial<Branch> = {
    mark_of: 'history',
    window,
    target: TARGET,
    game_date: window.days[0],
    nextMessageId,
    id: () => random.uuid(),
    history: () => [...events],
    has: () => true,
    instancesOf: () => 2,
    deliver,
    async deliverUntilAcked(delivery) {
      const message_id = delivery.message_id ?? nextMessageId();
      for (let attempt = delivery.attempt ?? 1; ; attempt++) {
        const answer = await deliver({ ...delivery, message_id, attempt });
        if (answer.acked || attempt >= ATTEMPTS_MAX || answer.status === 400) return answer;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async request(component, path, { method = 'POST', body, text, headers = {}, replica = 1 }) {
      const asked = append({
        kind: 'request',
        component,
        method,
        path,
        body: text ?? body ?? null,
        ...(Object.keys(headers).length === 0 ? {} : { headers }),
        ...(replica === 1 ? {} : { replica }),
        marks,
      });
      const url = new URL(path, 'http://here');
      const bytes = text ?? (body === undefined ? '' : JSON.stringify(body));
      const lower = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const answer = await call(
        component,
        {
          method,
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          headers: lower,
          body: Buffer.from(bytes),
        },
        replica,
      );
      const said = { kind: 'response', request: asked.sequence, status: answer.status } as const;
      return append({ ...said, body: (answer.body ?? '') as Json, marks }) as never;
    },
    async requestUntil(component, path, request, accept) {
      for (let attempt = 1; ; attempt++) {
        const response = await branch.request?.(component, path, request);
        if (response === undefined) throw new Error('no response');
        if (accept(response.status) || attempt >= ATTEMPTS_MAX) return response;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async seed(name, values) {
      await seedInMemory(ports, name, values);
      append(seedEvent(name, values, marks));
    },
    fault(rule): ActiveFault {
      let strike = (): void => {};
      let release = (): void => {};
      const struck = new Promise<void>((resolve) => {
        strike = resolve;
      });
      const lifted = new Promise<void>((resolve) => {
        release = resolve;
      });
      const one: Rule = { rule, seen: 0, hits: 0, strike: () => strike(), lifted, is_lifted: false };
      rules.push(one);
      append({ kind: 'fault', change: 'begins', fault: describe(rule), marks });
      return {
        struck,
        hits: () => one.hits,
        lift() {
          if (one.is_lifted) return;
          one.is_lifted = true;
          append({ kind: 'fault', change: 'ends', fault: describe(rule), marks });
          release();
        },
      };
    },
    settle: () => Promise.resolve(),
    mark: (name, sentence) => void append({ kind: 'marker', name, sentence, marks }),
  };
  return branch as Branch;
}
