import type { Finding } from '../../../../conformance/exploration/engine/explore.ts';
import type { CalledEvent } from '../cloud/history.ts';
import { counts, type FanInHistory, type Level, type Scenario, type Trigger } from './scenario.ts';

/** What a fan-in can do wrong. */
export type FanInAnomaly =
  | 'lost trigger'
  | 'double trigger'
  | 'early trigger'
  | 'repeated trigger'
  | 'broken correlation'
  | 'swallowed error'
  | 'stuck message';

interface FanInFinding extends Finding {
  readonly anomaly: FanInAnomaly;
}

interface Sent {
  readonly step: number;
  readonly trigger: Trigger;
}

/**
 * Judge the history of a fan-in or cascade, healing included.
 *
 * Nothing is assumed about how the component stores what it knows; only deliveries, publishes and answers are looked at.
 */
export function judgeFanIn(scenario: Scenario, history: FanInHistory): readonly FanInFinding[] {
  const findings: FanInFinding[] = [];
  const sent = collectTriggers(history);
  const faultless = history.every((event) => event.fault === undefined);
  const dates = new Set(scenario.completions.map((completion) => completion.game_date));
  for (const game_date of dates) {
    for (const level of scenario.levels) {
      const own = sent.filter(
        ({ trigger }) => trigger.game_date === game_date && trigger.level === level.level,
      );
      judgeLevel(level, game_date, own, history, faultless, findings);
    }
  }
  judgeAnswers(history, findings);
  return findings;
}

function judgeLevel(
  { level, waits_for }: Level,
  game_date: string,
  sent: readonly Sent[],
  history: FanInHistory,
  faultless: boolean,
  findings: FanInFinding[],
): void {
  const due_step = findDueStep(waits_for, game_date, history);
  const name = `level ${level} of ${game_date}`;
  const [first] = sent;
  if (first === undefined) {
    if (due_step !== undefined) {
      findings.push({
        anomaly: 'lost trigger',
        proof: `All that ${name} waits for was delivered by step ${due_step}. No trigger was ever published, not even after everything was redelivered and swept.`,
      });
    }
    return;
  }
  if (due_step === undefined || first.step < due_step) {
    const lack = due_step === undefined ? 'never was' : `was only at step ${due_step}`;
    findings.push({
      anomaly: 'early trigger',
      proof: `The trigger for ${name} was published at step ${first.step}, but the last completion that counts ${lack} delivered.`,
    });
  }
  const other = sent.find(({ trigger }) => trigger.execution_id !== first.trigger.execution_id);
  if (other !== undefined) {
    findings.push({
      anomaly: 'double trigger',
      proof: `Triggers with two ids were published for ${name}: ${first.trigger.execution_id} at step ${first.step} and ${other.trigger.execution_id} at step ${other.step}.`,
    });
  } else if (sent.length > 1 && faultless) {
    findings.push({
      anomaly: 'repeated trigger',
      proof: `The trigger for ${name} was published ${sent.length} times, at steps ${sent.map(({ step }) => step).join(', ')}, although nothing had gone wrong.`,
    });
  }
  judgeCorrelation(name, first, game_date, history, findings);
}

/** Finds the step at which the last completion that the level waits for had been delivered once. */
function findDueStep(
  waits_for: readonly string[],
  game_date: string,
  history: FanInHistory,
): number | undefined {
  let missing = waits_for;
  for (const event of history) {
    if (event.kind !== 'delivered' || event.message === undefined) continue;
    const { message } = event;
    if (message.game_date !== game_date || !counts(message)) continue;
    if (!missing.includes(message.processor_name)) continue;
    missing = missing.filter((name) => name !== message.processor_name);
    if (missing.length === 0) return event.step;
  }
  return undefined;
}

function judgeCorrelation(
  name: string,
  { step, trigger }: Sent,
  game_date: string,
  history: FanInHistory,
  findings: FanInFinding[],
): void {
  const known = history.some(
    (event) =>
      event.kind === 'delivered' &&
      event.message?.game_date === game_date &&
      event.message.correlation_id === trigger.correlation_id,
  );
  if (known) return;
  findings.push({
    anomaly: 'broken correlation',
    proof: `The trigger for ${name}, published at step ${step}, carries correlation_id ${trigger.correlation_id}, which no completion of that date had.`,
  });
}

function judgeAnswers(history: FanInHistory, findings: FanInFinding[]): void {
  const waiting = new Map<string, number>();
  for (const event of history) {
    if (event.kind === 'delivered' && event.message !== undefined) waiting.set(event.message_id, event.step);
    if (event.kind !== 'answered' || !event.acked) continue;
    waiting.delete(event.message_id);
    const failed = history.find(
      (earlier) =>
        earlier.kind === 'called' &&
        earlier.handling === event.handling &&
        isLostPublish(earlier, history, event.step),
    );
    if (failed === undefined) continue;
    findings.push({
      anomaly: 'swallowed error',
      proof: `The publish at step ${failed.step} failed for ${event.message_id}, and the delivery was acked at step ${event.step} all the same, before any publish of that trigger was confirmed.`,
    });
  }
  for (const [message_id, step] of waiting) {
    findings.push({
      anomaly: 'stuck message',
      proof: `${message_id} was last delivered at step ${step} and was not acked by the end, although every fault was lifted.`,
    });
  }
}

/** Tells whether a publish was refused, and no publish of the same trigger was confirmed before `step`. */
function isLostPublish(event: CalledEvent, history: FanInHistory, step: number): boolean {
  const trigger = triggerOf(event);
  if (trigger === undefined || event.outcome === 'OK') return false;
  return !history.some((other) => {
    if (other.kind !== 'called' || other.step >= step || other.outcome !== 'OK') return false;
    const confirmed = triggerOf(other);
    return confirmed?.game_date === trigger.game_date && confirmed.level === trigger.level;
  });
}

function collectTriggers(history: FanInHistory): readonly Sent[] {
  const sent: Sent[] = [];
  for (const event of history) {
    if (event.kind !== 'called' || !event.done) continue;
    const trigger = triggerOf(event);
    if (trigger !== undefined) sent.push({ step: event.step, trigger });
  }
  return sent;
}

function triggerOf({ operation }: CalledEvent): Trigger | undefined {
  return operation.kind === 'publish' ? (operation.message as Trigger) : undefined;
}
