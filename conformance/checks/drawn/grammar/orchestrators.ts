import { ORCHESTRATORS } from '../../../../generated/topology.ts';
import { LISTENS, type OrchestratorName } from '../../owed/orchestrators.ts';
import type { DrawnHistory, DrawnParcel } from '../value/history.ts';
import type { Draw } from './draw.ts';
import { drawLife, drawRuns, type Life } from './lives.ts';
import {
  drawDeliveries,
  drawOrder,
  drawPlaces,
  drawRefusal,
  drawRepeats,
  historyOf,
  type Place,
  placeOf,
  sprinkle,
} from './mixing.ts';
import { drawName, drawStrangeName } from './names.ts';

/** How many messages a history has at most before copies; every set is drawn whole. */
const SETS_MAX = 3;

/** Draw what an orchestrator is told about one to three dates and runs. */
export function drawOrchestratorHistory(draw: Draw, orchestrator: OrchestratorName): DrawnHistory {
  let n = 0;
  const nextN = (): number => ++n;
  const sequences: (readonly DrawnParcel[])[] = [];
  for (const place of drawPlaces(draw).slice(0, SETS_MAX)) {
    sequences.push(...drawSet(draw, orchestrator, place, nextN));
  }
  const strangers = draw.weigh([
    [3, 0],
    [2, 1],
    [1, 2],
  ]);
  for (let more = 0; more < strangers; more++) {
    const name = drawStrangeName(draw, LISTENS[orchestrator]);
    sequences.push([{ n: nextN(), name, ...placeOf(draw.pick(drawPlaces(draw))) }]);
  }
  const parcels = drawOrder(draw, sequences);
  const sweeps = Array.from(
    {
      length: draw.weigh([
        [5, 0],
        [2, 1],
        [1, 2],
      ]),
    },
    () => ({ do: 'sweep' as const }),
  );
  const steps = sprinkle(draw, drawDeliveries(draw, parcels), [...drawRepeats(draw, parcels), ...sweeps]);
  const refusal = drawRefusal(draw, [ORCHESTRATORS[orchestrator].triggers]);
  return historyOf(draw, [...refusal, ...steps]);
}

function drawSet(
  draw: Draw,
  orchestrator: OrchestratorName,
  place: Place,
  nextN: () => number,
): readonly (readonly DrawnParcel[])[] {
  const phase = LISTENS[orchestrator];
  const { levels } = ORCHESTRATORS[orchestrator];
  const members = [...new Set(levels.flatMap(({ waits_for }) => waits_for as readonly string[]))];
  const ends = levels
    .flatMap(({ runs }) => runs as readonly string[])
    .filter((name) => !members.includes(name));
  // Only what the same phase runs is told to its orchestrator.
  const told = phase === 'phase_4_precompute' && draw.oneIn(2) ? [...members, ...ends] : members;
  const is_plain = draw.oneIn(4);
  const made: (readonly DrawnParcel[])[] = [];
  for (const processor of told) {
    const life: Life = is_plain ? ['success'] : drawLife(draw);
    const nameOf = (): string => drawName(draw, phase, processor);
    made.push(drawRuns(draw, life, placeOf(place), { nextN, nameOf, others: made.flat() }));
  }
  return made;
}
