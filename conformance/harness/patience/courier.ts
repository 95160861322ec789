import type { AnswerEvent } from '../../history/events.ts';
import { CaseCutError, citeWaits, IMPATIENCE_MS, type Lessons, VAIN_MAX } from './lessons.ts';

/** How long a case that has seen a refusal for a whole patience waits for one more of the same kind. */
const WITNESS_MS = 300;

/** What a courier has learned of the components that it delivers to. */
export interface DeliveryLessons {
  /** Notes what came of one delivery; `waited_ms` is how long the answer was waited for, where none came. */
  answered(component: string, name: string, answer: AnswerEvent, waited_ms: number | null): void;
  /** Opens one message's way until it is acked. */
  open(component: string, name: string, patience_ms: number): DeliveryPatience;
}

/** How long one message is delivered again. */
export interface DeliveryPatience {
  /** Whether to stop after this answer. @throws {CaseCutError} when that is sooner than a whole patience, and the case has shown nothing yet. */
  isOver(answer: AnswerEvent, next_pause_ms: number): boolean;
}

/** Create what a courier learns by. */
export function createDeliveryLessons(lessons: Lessons): DeliveryLessons {
  /** Cases in which somebody refused for a whole patience: they go on, and show what follows from it. */
  const witnesses = new Set<string>();
  return {
    answered(component, name, answer, waited_ms) {
      const key = `answer of ${component}`;
      if (waited_ms === null) return lessons.came(key);
      lessons.vain(key, { case: name, sequence: answer.delivery });
      const silent = lessons.lesson(key);
      if (silent === undefined) return;
      const seconds = Math.round(waited_ms / 1000);
      lessons.giveUp(
        component,
        `${component} answered nothing to its first ${silent.length} deliveries, each of which waited ${seconds} s (${citeWaits(silent)})`,
      );
    },
    open(component, name, patience_ms) {
      const began_ms = Date.now();
      const signatures = new Set<string>();
      return {
        isOver(answer, next_pause_ms) {
          const signature = signatureOf(component, answer);
          if (answer.acked) {
            lessons.came(`ack of ${component}`);
            for (const one of signatures) lessons.came(one);
            return true;
          }
          signatures.add(signature);
          const next_ms = Date.now() - began_ms + next_pause_ms;
          if (next_ms > patience_ms) {
            noteRefusal(lessons, witnesses, { component, name, answer, signature, patience_ms });
            return true;
          }
          const lasting = lessons.lesson(`ack of ${component}`) ?? lessons.lesson(signature);
          if (lasting === undefined) return false;
          // A case that has waited for this in vain has shown it.
          if (witnesses.has(name)) return next_ms > WITNESS_MS;
          if (next_ms <= IMPATIENCE_MS) return false;
          throw new CaseCutError(
            `${component} answered ${words(answer)} (#${answer.sequence}), as to ${lasting.length} messages that it never acked (${citeWaits(lasting)})`,
          );
        },
      };
    },
  };
}

interface Refusal {
  readonly component: string;
  readonly name: string;
  readonly answer: AnswerEvent;
  readonly signature: string;
  readonly patience_ms: number;
}

function noteRefusal(
  lessons: Lessons,
  witnesses: Set<string>,
  { component, name, answer, signature, patience_ms }: Refusal,
): void {
  witnesses.add(name);
  const waited = { case: name, sequence: answer.delivery };
  for (const key of [`ack of ${component}`, signature]) lessons.vain(key, waited);
  const refused = lessons.lesson(`ack of ${component}`);
  if (refused === undefined) return;
  lessons.giveUp(
    component,
    `${component} acked none of its deliveries so far, and refused ${VAIN_MAX} messages for ${patience_ms / 1000} s each, the last with ${words(answer)} (${citeWaits(refused)})`,
    [...witnesses],
  );
}

/** Tell answers apart by what they say, not by the ids and numbers in it. */
function signatureOf(component: string, { status, body }: AnswerEvent): string {
  const plain = body.replaceAll(/[0-9a-f-]{8,}|\d+/gi, '#').slice(0, 120);
  return `${component} answers ${status} ${plain}`;
}

function words({ status, body }: AnswerEvent): string {
  return `${status ?? 'nothing'} ${body.slice(0, 80)}`.trim();
}
