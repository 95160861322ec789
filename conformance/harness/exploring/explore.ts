import type { AsyncSimulation, StepKind } from '../../exploration/engine/simulation.ts';
import { kindOfCall } from '../../exploration/parking/calls.ts';
import { FAULT_PHRASES, type FaultName } from '../../exploration/schedule/faults.ts';
import { openStage, type Stage } from '../../exploration/stage/stage.ts';
import { callMarks } from '../faults/marks.ts';
import type { ExploredRun, ExploringPorts, RunRecord, SceneExploration } from './exploration.ts';
import { healRun } from './healing.ts';
import { createInstances, stageMessage } from './staged.ts';

/** What is done to messages; it excuses no repeated publish, as a call that fails does. */
const AT_MESSAGES: readonly FaultName[] = ['duplicate', 'republish', 'ack_lost'];

/** The calls whose order decides what a component finds. */
const AT_STORE: readonly StepKind[] = ['read', 'commit'];

/** The marker of a caller that slept past its leases and is served after all. */
export const WAKE_MARKER = 'zombie-wakes';

/** Redeliveries pause this long at most, and go on until leases are over. */
const REDELIVERY_MS = 400;
const ATTEMPTS_MAX = 12;

/** Prepare one run and open its stage. */
export async function openRun(
  ports: ExploringPorts,
  exploration: SceneExploration,
): Promise<AsyncSimulation<RunRecord>> {
  const { calls, patience_ms, recovery_seconds } = ports;
  const { component, replicas = 1, is_alone = false } = exploration;
  const { run, marks, nextId } = beginRun(ports, replicas);
  const staged = await exploration.prepare(run);
  let store_calls = 0;
  const instances = createInstances(replicas);
  const note = (name: string, sentence: string): void =>
    void ports.recorder.append({ kind: 'marker', name, sentence, marks });
  const stage: Stage<RunRecord> = openStage<RunRecord>({
    parking: calls.parking,
    pace: calls.pace(component),
    patience_ms,
    attempts_max: ATTEMPTS_MAX + Math.ceil((recovery_seconds * 1000) / REDELIVERY_MS),
    owns(call) {
      const is_own = callMarks(call).has(run.game_date);
      if (is_own && AT_STORE.includes(kindOfCall(call))) store_calls += 1;
      return is_own;
    },
    messages: staged.map((message, index) =>
      stageMessage({ ...ports, marks }, message, nextId(), instances, index),
    ),
    history: () => ({
      game_date: run.game_date,
      events: run.history(),
      guesses: stage.guesses(),
      store_calls,
    }),
    heal: () => healRun(ports, exploration, run),
    ...(is_alone ? { crash: () => ports.crash(component, marks) } : {}),
    async expireLeases() {
      if (is_alone) await ports.advanceClock(recovery_seconds);
    },
    onWake: (label) =>
      note(WAKE_MARKER, `${label} is served after all, though its caller slept past its leases`),
  });
  return {
    settle: stage.settle,
    enabled: stage.enabled,
    done: stage.done,
    heal: stage.heal,
    perform(step, fault) {
      if (fault !== undefined) {
        const sentence = `${step.label} ${FAULT_PHRASES[fault]}`;
        if (AT_MESSAGES.includes(fault)) note(fault, sentence);
        else ports.recorder.append({ kind: 'fault', change: 'strikes', fault: sentence, marks });
      }
      return stage.perform(step, fault);
    },
    get history() {
      return stage.history;
    },
  };
}

interface BegunRun {
  readonly run: ExploredRun;
  readonly marks: readonly string[];
  nextId(): string;
}

function beginRun(ports: ExploringPorts, replicas: number): BegunRun {
  const { recorder, courier, calls, patience_ms } = ports;
  const game_date = calls.nextDate();
  ports.remember(game_date);
  const view = recorder.view();
  view.add(game_date);
  const marks = [...ports.marks, game_date];
  const instances = createInstances(replicas);
  let messages = 0;
  const nextId = (): string => `8${game_date.replaceAll('-', '')}${String(++messages).padStart(2, '0')}`;
  const run: ExploredRun = {
    game_date,
    deliver(delivery) {
      const message_id = nextId();
      // By turns as well, so that no instance meets its first message when its steps are counted.
      const turn = instances.choose(messages);
      const acked = courier.deliverUntilAcked({ ...delivery, message_id, ...turn }, marks, patience_ms);
      // A case that is given up looks at none of its deliveries any more.
      acked.catch(() => {});
      return acked;
    },
    history: view.events,
    anotherDate: calls.nextDate,
  };
  return { run, marks, nextId };
}
