import type { Finding } from '../../exploration/engine/explore.ts';
import type { AsyncSimulation } from '../../exploration/engine/simulation.ts';
import { mentions } from '../../exploration/parking/calls.ts';
import { FAULT_PHRASES, type FaultName } from '../../exploration/schedule/faults.ts';
import type { StageMessage } from '../../exploration/stage/options.ts';
import { openStage, type Stage } from '../../exploration/stage/stage.ts';
import type { Courier, Delivery } from '../courier/courier.ts';
import type { AnswerEvent, History } from '../history/events.ts';
import type { Recorder } from '../history/recorder.ts';
import type { CallControl } from './control.ts';

/** A message that is delivered step by step, its calls parked. */
export interface StagedMessage {
  /** For schedules in words, such as a processor's name. */
  readonly name: string;
  readonly delivery: Omit<Delivery, 'message_id' | 'attempt'>;
}

/** One run: the same situation, on a date of its own. */
export interface ExploredRun {
  readonly game_date: string;
  /** Delivers until acked, before or after what is explored. */
  deliver(delivery: Omit<Delivery, 'message_id' | 'attempt'>): Promise<AnswerEvent>;
  /** What happened in this run so far. */
  history(): History;
  /** A date for a sentinel; what carries it is not part of the run. */
  anotherDate(): string;
}

/** What a case wants explored. */
export interface SceneExploration {
  /** Whose calls are parked. */
  readonly component: string;
  readonly faults: readonly FaultName[];
  readonly runs_max: number;
  /** How many instances take deliveries by turns: a redelivery goes to another one than before. Default 1. */
  readonly replicas?: number;
  /**
   * Instead of the portfolio: every interleaving of the calls, as far as `runs_max` reaches. Messages are delivered and
   * answers heard as soon as they can be, so that only the order of calls differs.
   */
  readonly is_exhaustive?: boolean;
  /** Brings a new date to the point that matters, and gives the messages that are then delivered step by step. */
  prepare(run: ExploredRun): Promise<readonly StagedMessage[]>;
  /** After everything was redelivered until acked: proves absence by a sentinel, where something is missing. */
  heal(run: ExploredRun): Promise<void>;
  /** Same history of a run, same findings. */
  judge(history: History): readonly Finding[];
}

/** What a run leaves. */
export interface RunRecord {
  readonly game_date: string;
  readonly events: History;
  /** How often a step was chosen although the target might have had more to say. */
  readonly guesses: number;
}

/** What runs need of the case and its world. */
export interface ExploringPorts {
  readonly recorder: Recorder;
  readonly courier: Courier;
  readonly calls: CallControl;
  /** Marks of the case. */
  readonly marks: readonly string[];
  readonly patience_ms: number;
  /** Makes a date one of the case's. */
  readonly remember: (game_date: string) => void;
  readonly settle: () => Promise<void>;
}

/** Calls that are done to the target; the others are done to its messages, and excuse no repeated publish. */
const AT_MESSAGES: readonly FaultName[] = ['duplicate', 'republish', 'ack_lost'];

/** Prepare one run and open its stage. */
export async function openRun(
  ports: ExploringPorts,
  exploration: SceneExploration,
): Promise<AsyncSimulation<RunRecord>> {
  const { recorder, courier, calls, patience_ms } = ports;
  const { replicas = 1 } = exploration;
  const game_date = calls.nextDate();
  ports.remember(game_date);
  const view = recorder.view();
  view.add(game_date);
  const marks = [...ports.marks, game_date];
  let messages = 0;
  const nextId = (): string => `8${game_date.replaceAll('-', '')}${String(++messages).padStart(2, '0')}`;
  const route = (turn: number): { readonly replica?: number } =>
    replicas === 1 ? {} : { replica: 1 + (turn % replicas) };
  const run: ExploredRun = {
    game_date,
    // By turns as well, so that no instance meets its first message when its steps are counted.
    deliver: (delivery) =>
      courier.deliverUntilAcked(
        { ...delivery, message_id: nextId(), ...route(messages) },
        marks,
        patience_ms,
      ),
    history: view.events,
    anotherDate: calls.nextDate,
  };
  const staged = await exploration.prepare(run);
  const words = new Set([game_date]);
  const stage: Stage<RunRecord> = openStage<RunRecord>({
    parking: calls.parking,
    pace: calls.pace(exploration.component),
    patience_ms,
    owns: (call) => mentions(call, words),
    messages: staged.map((message, index) =>
      stageMessage(courier, message, nextId(), marks, (turn) => route(index + turn)),
    ),
    history: () => ({ game_date, events: view.events(), guesses: stage.guesses() }),
    async heal() {
      await exploration.heal(run);
      await ports.settle();
    },
  });
  return {
    settle: stage.settle,
    enabled: stage.enabled,
    done: stage.done,
    heal: stage.heal,
    perform(step, fault) {
      if (fault !== undefined) {
        const sentence = `${step.label} ${FAULT_PHRASES[fault]}`;
        if (AT_MESSAGES.includes(fault)) recorder.append({ kind: 'marker', name: fault, sentence, marks });
        else recorder.append({ kind: 'fault', change: 'strikes', fault: sentence, marks });
      }
      return stage.perform(step, fault);
    },
    get history() {
      return stage.history;
    },
  };
}

function stageMessage(
  courier: Courier,
  { name, delivery }: StagedMessage,
  id: string,
  marks: readonly string[],
  route: (turn: number) => { readonly replica?: number },
): StageMessage {
  return {
    name,
    async send({ attempt, copy, is_new_id }) {
      const message_id = is_new_id ? `${id}${String(copy).padStart(2, '0')}` : id;
      return courier.deliver({ ...delivery, ...route(attempt - 1 + copy), message_id, attempt }, marks);
    },
  };
}
