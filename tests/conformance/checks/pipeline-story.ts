import { triggerId } from '../../../conformance/checks/fan-in/identity.ts';
import { levelOf } from '../../../conformance/checks/owed/orchestrators.ts';
import type { Overrides } from '../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../conformance/history/events.ts';
import { DATE, message, type Story } from './story.ts';

export const FAN_IN = 'phase3-to-phase4-orchestrator';
export const CASCADE = 'phase4-orchestrator';
export const TRIGGER = 'nba-phase4-trigger';
const ANALYTICS = 'nba-phase3-analytics-complete';
const PRECOMPUTE = 'nba-phase4-processor-complete';

/** The completions of a level's set, with the ids they had. */
export function completions(level: 1 | 2, overrides: Overrides = {}): readonly Payload[] {
  const name = level === 1 ? 'AnalyticsCompletion' : 'PrecomputeCompletion';
  return levelOf(level).waits_for.map((processor) =>
    message(name, { processor_name: processor, output_table: processor, ...overrides }),
  );
}

/** Delivers completions to the orchestrator of their level. */
export function deliverSet(told: Story, level: 1 | 2, messages: readonly Payload[], status = 200): void {
  for (const one of messages) {
    told.deliver(level === 1 ? FAN_IN : CASCADE, level === 1 ? ANALYTICS : PRECOMPUTE, one, { status });
  }
}

/** The trigger that a right orchestrator makes of completions. */
export function triggerOf(level: 1 | 2, from: readonly Payload[], overrides: Overrides = {}): Payload {
  const orchestrator = level === 1 ? FAN_IN : CASCADE;
  const [first] = from;
  return message('Phase4Trigger', {
    processor_name: orchestrator,
    output_table: level === 1 ? 'phase3_completion' : 'phase4_completion',
    execution_id: triggerId(orchestrator, String(first?.['game_date'] ?? DATE), 1, level),
    correlation_id: first?.['correlation_id'] ?? '',
    ...overrides,
    metadata: {
      level,
      processors: levelOf(level).runs,
      upstream: from.map((one) => ({
        processor: one['processor_name'] ?? '',
        execution_id: one['execution_id'] ?? '',
        correlation_id: one['correlation_id'] ?? '',
      })),
      ...(overrides['metadata'] as object | undefined),
    },
  });
}
