import { TOPIC } from '../../../generated/topology.ts';
import { publishMessage, requireSendable } from '../../message/publisher.ts';
import type { ComponentCalls } from '../../operations/calls/component-calls.ts';
import { type DeadLetters, type Replayed, replayDeadLetters } from '../../operations/dead-letters/replay.ts';
import { planTrigger, type TriggerPlan } from '../../operations/triggers/decide-plan.ts';
import { sendLevel } from '../../operations/triggers/override.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Settings } from '../../ports/settings.ts';
import type { Act } from './decide-act.ts';

/** What an act works on. */
export interface ActPlace {
  readonly ports: Ports;
  readonly settings: Settings;
  readonly letters: DeadLetters;
  readonly calls: ComponentCalls;
}

/** One request of an act: exactly what is sent, and what came of it. */
export interface ActRequest {
  /** Such as `POST /sweep on phase4-orchestrator`, or `publish on nba-phase4-trigger`. */
  readonly what: string;
  /** The body or the message; null when none is sent. */
  readonly body: unknown;
  /** What was answered; null when it was not sent. */
  readonly answer: string | null;
  readonly is_done: boolean;
}

/** What an act would do, or has done. `refused` says why nothing is sent. */
export interface ActOutcome {
  readonly requests: readonly ActRequest[];
  readonly refused: string | null;
}

/**
 * Carry an act out, or only show it.
 *
 * @param is_dry  show the requests, and send none.
 * @throws {PipelineError} INVALID_REQUEST when there is nothing to send; BROKER_UNAVAILABLE, STORE_UNAVAILABLE,
 *         COMPONENT_UNAVAILABLE when somebody does not answer.
 */
export async function carryOut(place: ActPlace, act: Act, is_dry: boolean): Promise<ActOutcome> {
  switch (act.kind) {
    case 'replay':
      return replay(place, act, is_dry);
    case 'rerun': {
      const history = await place.ports.warehouse.runs({ game_date: act.game_date });
      const run = Math.max(0, ...history.map((row) => row.run)) + 1;
      const wish = { target: '1', game_date: act.game_date, run, processor: null, force: false } as const;
      return send(place, planTrigger(wish, []), is_dry);
    }
    case 'trigger': {
      const { target, game_date, run, processor, level, again } = act;
      const history = target === 'sweep' ? [] : await place.ports.warehouse.runs({ game_date, run });
      const plan = planTrigger({ target, game_date, run, processor, force: false }, history);
      if (plan.kind !== 'level') return send(place, plan, is_dry);
      const wish = { game_date, run, level, history, again, incomplete: false, dry_run: is_dry };
      const { effect, document } = await sendLevel(place.ports, place.settings, wish);
      if (effect.kind === 'refused') return { requests: [], refused: effect.sentence };
      const answer = is_dry ? null : `published, and recorded in ${document}`;
      return {
        requests: [
          { what: `publish on ${TOPIC.phase4Trigger}`, body: effect.message, answer, is_done: !is_dry },
        ],
        refused: null,
      };
    }
  }
}

async function send({ calls, ports }: ActPlace, plan: TriggerPlan, is_dry: boolean): Promise<ActOutcome> {
  const requests: ActRequest[] = [];
  if (plan.kind === 'calls') {
    for (const call of plan.calls) {
      const what = `${call.method} ${call.path} on ${call.component}`;
      const answer = is_dry ? undefined : await calls.call(call);
      requests.push({
        what,
        body: call.body,
        answer: answer === undefined ? null : `${answer.status} ${JSON.stringify(answer.body)}`,
        is_done: answer !== undefined && answer.status < 300,
      });
    }
  } else if (plan.kind === 'messages') {
    // All are checked before the first goes out.
    for (const { topic, message } of plan.announcements) requireSendable(topic, message);
    for (const { topic, message } of plan.announcements) {
      const published = is_dry ? undefined : await publishMessage(ports, topic, message);
      const answer =
        published === undefined
          ? null
          : published.outcome === 'published'
            ? `published as message ${published.message_id}`
            : 'held back: it is a backfill that triggers nothing';
      requests.push({ what: `publish on ${topic}`, body: message, answer, is_done: !is_dry });
    }
  }
  return { requests, refused: null };
}

async function replay(
  { letters }: ActPlace,
  { topic, message_id }: Extract<Act, { readonly kind: 'replay' }>,
  is_dry: boolean,
): Promise<ActOutcome> {
  const wish = { topics: [topic], message_id, anyway: false, dry_run: is_dry };
  const results = await replayDeadLetters(letters, wish);
  const [first] = results;
  if (first === undefined)
    return {
      requests: [],
      refused: `${topic} has no dead letter${message_id === null ? '' : ` ${message_id}`} any more`,
    };
  const sendable = results.filter(({ outcome }) => outcome !== 'kept');
  if (sendable.length === 0) {
    return { requests: [], refused: `kept, since it would be refused again: ${first.explanation.sentence}` };
  }
  return { requests: sendable.map(replayRequest), refused: null };
}

function replayRequest({ letter, outcome, new_message_id, problem }: Replayed): ActRequest {
  const what = `publish on ${letter.topic}`;
  const body = letter.payload ?? Buffer.from(letter.data, 'base64').toString('utf8');
  const answer =
    outcome === 'replayed'
      ? `published again as message ${new_message_id}; the dead letter is gone`
      : outcome === 'failed'
        ? `kept, since the publish failed: ${problem}`
        : null;
  return { what, body, answer, is_done: outcome === 'replayed' };
}
