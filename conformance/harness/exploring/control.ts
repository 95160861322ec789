import { createGateParking, type GateParking } from '../../exploration/parking/gate.ts';
import { createPace, type Pace } from '../../exploration/stage/silence/pace.ts';
import type { FaultBoard } from '../faults/faults.ts';
import { createDayWindows, type DayWindows } from '../messages/windows.ts';

/** What explorations of one world share. */
export interface CallControl {
  /** Its gate asks the faults about every call that no run has taken. */
  readonly parking: GateParking;
  /** How fast a component is; all its runs learn together. */
  pace(component: string): Pace;
  /** A game date that no case and no other run of this world has. */
  nextDate(): string;
  /** Days for drawn histories. */
  readonly windows: DayWindows;
}

const DAY_MS = 86_400_000;
/** Cases count from 2031 on and never come this far. */
const FIRST_MS = Date.UTC(2100, 0, 1);
const THINK_MS_MAX = 1_000;

/** Create the control of a world in which nothing was explored yet. */
export function createCallControl(faults: FaultBoard): CallControl {
  const paces = new Map<string, Pace>();
  let days = 0;
  return {
    parking: createGateParking(faults.gate),
    pace(component) {
      const pace = paces.get(component) ?? createPace(THINK_MS_MAX);
      paces.set(component, pace);
      return pace;
    },
    windows: createDayWindows(),
    nextDate: () => new Date(FIRST_MS + days++ * DAY_MS).toISOString().slice(0, 10),
  };
}
