import type { FaultName } from '../schedule/faults.ts';
import type { StageMessage } from './options.ts';
import type { Quiet } from './silence/quiet.ts';
import { RANK, type StageSteps } from './steps.ts';

interface Parcel {
  readonly message: StageMessage;
  readonly name: string;
  readonly copy: number;
  readonly is_new_id: boolean;
  attempts: number;
  state: 'waiting' | 'sent' | 'answered' | 'acked' | 'given_up';
  /** Names the delivery that is waited for; an answer to another one comes too late. */
  actor: number;
  /** Real time; 0 when it is due at once. */
  due_ms: number;
  /** Settles when the last delivery's answer was handled. */
  under_way: Promise<void>;
  /** Settles when the last delivery was answered, whoever waits for it. */
  answered: Promise<unknown>;
}

/** The messages of a black-box run and what is around them: the judge plays the broker. */
export interface Post {
  readonly steps: StageSteps;
  readonly quiet: Quiet;
  readonly notify: () => void;
  readonly attempts_max: number;
  readonly parcels: Parcel[];
  /** The run is over; deliveries are made without anybody choosing. */
  is_finishing: boolean;
}

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;
const AT_DELIVERY: readonly FaultName[] = ['duplicate', 'republish'];
const AT_ACK: readonly FaultName[] = ['ack_lost'];

/** Offer the first delivery of a message, or of a copy of it. */
export function post(office: Post, message: StageMessage, copy = 0, is_new_id = false): void {
  const parcel: Parcel = {
    message,
    name: copy === 0 ? message.name : `${message.name} ${is_new_id ? 'republished' : 'again'}`,
    copy,
    is_new_id,
    attempts: 0,
    state: 'waiting',
    actor: -1,
    due_ms: 0,
    under_way: Promise.resolve(),
    answered: Promise.resolve(),
  };
  office.parcels.push(parcel);
  offer(office, parcel);
}

/**
 * Stop waiting for what this actor's delivery answers; its message is delivered again, elsewhere.
 *
 * @returns settles when that delivery is answered all the same.
 */
export async function abandon(office: Post, actor: number): Promise<void> {
  const own = office.parcels.filter((parcel) => parcel.actor === actor && parcel.state === 'sent');
  const answers = own.map(({ answered }) => answered);
  for (const parcel of own) {
    parcel.message.abandoned?.();
    abandonParcel(office, parcel);
  }
  await Promise.all(answers);
}

/** Stop waiting for every answer. */
export function abandonAll(office: Post): void {
  for (const parcel of office.parcels) abandonParcel(office, parcel);
}

/** Measure how long the next redelivery still has to wait; 0 when there is none or it is due. */
export function pauseMs({ parcels }: Post): number {
  const due = parcels.filter(({ state, due_ms }) => state === 'waiting' && due_ms > 0);
  return due.length === 0 ? 0 : Math.max(0, Math.min(...due.map(({ due_ms }) => due_ms)) - Date.now());
}

/** Tell whether every message was acked or given up. */
export function isAllOver({ parcels }: Post): boolean {
  return parcels.every(({ state }) => state === 'acked' || state === 'given_up');
}

/** Deliver until everything is acked, without anybody choosing, as long as `patience_ms` allows. */
export async function finish(office: Post, patience_ms: number): Promise<void> {
  office.is_finishing = true;
  const deadline_ms = Date.now() + patience_ms;
  await Promise.all(office.parcels.map((parcel) => finishParcel(office, parcel, deadline_ms)));
}

function offer(office: Post, parcel: Parcel): void {
  if (office.is_finishing) return;
  // After a nack the broker pauses, so everything else goes first; what got no answer may be delivered again at once.
  const step = office.steps.add(parcel.due_ms === 0 ? RANK.delivery : RANK.redelivery, {
    name: parcel.name,
    label: `Delivery${parcel.attempts === 0 ? '' : ` ${parcel.attempts + 1}`} of ${parcel.name}`,
    kind: 'deliver',
    faults: AT_DELIVERY,
    perform(fault) {
      if (fault !== undefined) {
        const copies = office.parcels.filter(({ message }) => message === parcel.message).length;
        post(office, parcel.message, copies, fault === 'republish');
      }
      send(office, parcel, step.actor);
    },
  });
}

function send(office: Post, parcel: Parcel, actor: number): void {
  const { message, copy, is_new_id } = parcel;
  parcel.state = 'sent';
  parcel.actor = actor;
  parcel.attempts += 1;
  office.quiet.sent();
  const answered = message.send({ attempt: parcel.attempts, copy, is_new_id });
  parcel.answered = answered;
  parcel.under_way = answered.then(({ acked }) => {
    if (parcel.actor !== actor || parcel.state !== 'sent') return;
    parcel.state = 'answered';
    office.quiet.settled();
    if (office.is_finishing) hear(office, parcel, acked, undefined);
    else offerAnswer(office, parcel, acked);
    office.notify();
  });
}

function offerAnswer(office: Post, parcel: Parcel, acked: boolean): void {
  office.steps.add(RANK.call, {
    label: `${acked ? 'Ack' : 'Nack'} of ${parcel.name}`,
    kind: 'answer',
    faults: acked ? AT_ACK : [],
    perform: (fault) => hear(office, parcel, acked, fault),
  });
}

/** What the broker does when it hears an answer, or does not. */
function hear(office: Post, parcel: Parcel, acked: boolean, fault: FaultName | undefined): void {
  if (acked && fault === undefined) parcel.state = 'acked';
  else
    putBack(
      office,
      parcel,
      acked ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (parcel.attempts - 1)),
    );
}

function putBack(office: Post, parcel: Parcel, pause_ms: number): void {
  if (parcel.attempts >= office.attempts_max && !office.is_finishing) {
    parcel.state = 'given_up';
    return;
  }
  parcel.state = 'waiting';
  parcel.due_ms = pause_ms === 0 ? 0 : Date.now() + pause_ms;
  offer(office, parcel);
}

function abandonParcel(office: Post, parcel: Parcel): void {
  if (parcel.state !== 'sent') return;
  office.quiet.settled();
  parcel.actor = -1;
  putBack(office, parcel, 0);
}

async function finishParcel(office: Post, parcel: Parcel, deadline_ms: number): Promise<void> {
  for (;;) {
    await Promise.race([parcel.under_way, pause(deadline_ms - Date.now())]);
    if (parcel.state === 'acked' || Date.now() >= deadline_ms) return;
    await pause(parcel.due_ms - Date.now());
    send(office, parcel, -1 - parcel.attempts);
  }
}

function pause(duration_ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, duration_ms)).unref();
  });
}
