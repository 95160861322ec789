import { EXAMPLES } from '../../../generated/examples.ts';
import { PROCESSORS } from '../../../generated/registry.ts';
import { ORCHESTRATORS, TOPIC } from '../../../generated/topology.ts';
import { triggerExecutionId } from '../../../reference/message/uuid.ts';
import type { Written } from './dataset.ts';

type Payload = Readonly<Record<string, unknown>>;

/** A run of the night, and the message that told of it. */
export interface Told {
  readonly topic: string;
  readonly message_id: string;
  readonly payload: Payload;
}

const examples = (message: string): Payload => EXAMPLES.find((one) => one.message === message)?.payload ?? {};
const PHASE_TOPICS = {
  phase_1_scrapers: TOPIC.phase1ScrapersComplete,
  phase_2_raw: TOPIC.phase2RawComplete,
  phase_3_analytics: TOPIC.phase3AnalyticsComplete,
  phase_4_precompute: TOPIC.phase4ProcessorComplete,
} as const;

/** Write the messages of one date: each run begins two seconds after the end of the one that it waits for last. */
export class Night {
  readonly told: Told[] = [];
  readonly game_date: string;
  #clock_ms: number;
  #ids = 0;

  constructor(game_date: string) {
    this.game_date = game_date;
    this.#clock_ms = Date.parse(`${game_date}T11:00:00Z`);
  }

  /** The runs of a name, the last first. */
  find(processor: string): Told {
    const found = this.told.findLast(({ payload }) => payload['processor_name'] === processor);
    if (found === undefined) throw new Error(`expected a run of ${processor}`);
    return found;
  }

  /** Tell of a run that began `wait_s` after its cause's end and took 10 s. */
  tell(topic: string, message: string, cause: Told | null, fields: Payload, wait_s = 2): Told {
    this.#ids += 1;
    const began_ms =
      cause === null ? this.#clock_ms : Date.parse(String(cause.payload['timestamp'])) + wait_s * 1000;
    const execution_id = `00000000-0000-4000-8000-${String(Date.parse(this.game_date) / 1000 + this.#ids).padStart(12, '0')}`;
    const payload: Payload = {
      ...examples(message),
      execution_id,
      correlation_id: cause?.payload['correlation_id'] ?? execution_id,
      game_date: this.game_date,
      timestamp: new Date(began_ms + 10_000).toISOString(),
      duration_seconds: 10,
      trigger_source: cause === null ? 'scheduler' : 'pubsub',
      trigger_message_id: cause?.message_id ?? null,
      ...fields,
    };
    const told = { topic, message_id: `${this.game_date}-${this.#ids}`, payload };
    this.told.push(told);
    return told;
  }

  /** The same as a subscription writes it; a message is published when its run has ended. */
  written(): readonly Written[] {
    return this.told.map(({ topic, message_id, payload }) => ({
      topic,
      message_id,
      publish_time: String(payload['timestamp']),
      data: JSON.stringify(payload),
      attributes: { correlation_id: String(payload['correlation_id']) },
    }));
  }
}

/** Which part of a night happens. */
export interface NightOptions {
  /** Leave the announcement of the predictions out. */
  readonly is_announced?: boolean;
  /** Seconds that the first processor of Phase 3 waits for its message. */
  readonly slow_s?: number;
  readonly coverage_percent?: number;
}

/** Write a whole night: six scrapers, six tables, five summaries, three triggers, five precomputed tables, predictions. */
export function nightOf(game_date: string, options: NightOptions = {}): Night {
  const night = new Night(game_date);
  const upstream = (runs: readonly Told[]) =>
    runs.map(({ payload }) => ({
      processor: payload['processor_name'],
      execution_id: payload['execution_id'],
      correlation_id: payload['correlation_id'],
    }));
  for (const name of Object.keys(PROCESSORS.phase_1_scrapers))
    night.tell(PHASE_TOPICS.phase_1_scrapers, 'ScraperCompletion', null, {
      processor_name: name,
      name,
      scraper_name: name,
    });
  for (const phase of ['phase_2_raw', 'phase_3_analytics'] as const) {
    const message = phase === 'phase_2_raw' ? 'RawCompletion' : 'AnalyticsCompletion';
    for (const [index, [name, { requires }]] of Object.entries(PROCESSORS[phase]).entries()) {
      const causes = requires.map((other: string) => night.find(other));
      const wait = phase === 'phase_3_analytics' && index === 0 ? options.slow_s : undefined;
      night.tell(
        PHASE_TOPICS[phase],
        message,
        causes.at(-1) ?? null,
        {
          processor_name: name,
          metadata: { run: 1, upstream: upstream(causes) },
        },
        wait,
      );
    }
  }
  for (const [orchestrator, { levels }] of Object.entries(ORCHESTRATORS)) {
    for (const { level, waits_for, runs } of levels)
      cascade(night, orchestrator, level, waits_for, runs, upstream);
  }
  const store = night.find('ml_feature_store_v2');
  night.told.push({
    topic: TOPIC.phase4PrecomputeComplete,
    message_id: `${game_date}-store`,
    payload: {
      ...examples('FeatureStoreCompletion'),
      ...store.payload,
      metadata: { run: 1, level: 3, players_ready: 229, players_total: 384, players_failed: 155 },
    },
  });
  const ready = night.told.at(-1) ?? store;
  if (options.is_announced === false) return night;
  const { coverage_percent = 100 } = options;
  night.tell(TOPIC.phase5PredictionsComplete, 'PredictionsComplete', ready, {
    metadata: {
      ...(examples('PredictionsComplete')['metadata'] as Payload),
      coverage_percent,
      upstream: upstream([store]),
    },
  });
  return night;
}

function cascade(
  night: Night,
  orchestrator: string,
  level: number,
  waits_for: readonly string[],
  runs: readonly string[],
  upstream: (told: readonly Told[]) => readonly Payload[],
): void {
  const waited = waits_for.map((name) => night.find(name));
  const trigger = night.tell(TOPIC.phase4Trigger, 'Phase4Trigger', waited.at(-1) ?? null, {
    processor_name: orchestrator,
    execution_id: triggerExecutionId(orchestrator, night.game_date, 1, level),
    metadata: { run: 1, level, processors: runs, upstream: upstream(waited) },
  });
  for (const name of runs)
    night.tell(PHASE_TOPICS.phase_4_precompute, 'PrecomputeCompletion', trigger, {
      processor_name: name,
      metadata: { run: 1, level },
    });
}
