import type { RequirementId } from '../../../generated/requirements.ts';
import { TOPIC } from '../../../generated/topology.ts';
import type { Profile } from '../../contract/names.ts';
import type { History } from '../../history/events.ts';
import { publishes } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { marker } from '../judging/answers.ts';
import { listed } from '../judging/cite.ts';
import { mayBeOfNeighbour } from '../judging/neighbours.ts';
import { deliverAll, splitLast } from '../recipes/drive.ts';
import { CASCADE, FAN_IN } from '../recipes/orchestrators.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';
import { missingCalls, OF_THE_SCHEDULER } from '../subjects/calls.ts';

/** Two sweeps at once over a set that lacks its last completion, and over one whose trigger is published. */
function idleSweeps(recipe: Recipe, done: RequirementId, open: RequirementId, profile: Profile): Check {
  return {
    name: `idle-sweeps-of-${recipe.receiver}`,
    requirements: [done, open],
    profile,
    ...subjectOf(recipe),
    needs: [],
    uses: ['sweep'],
    exclusive: true,
    async run(scene) {
      const sweeps = async () => {
        await Promise.all(
          [1, 2].map(() => scene.request(recipe.component, '/sweep', { headers: SCHEDULER })),
        );
        await scene.settle();
      };
      const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
      await deliverAll(scene, recipe, earlier);
      await scene.settle();
      scene.mark(OPEN, 'the set lacks its last completion; two sweeps follow');
      await sweeps();
      scene.mark(CLOSED, 'the last completion follows');
      await deliverAll(scene, recipe, [last]);
      await scene.settle();
      scene.mark(DONE, 'the set is complete and its trigger confirmed; two sweeps follow');
      await sweeps();
    },
    judge: (history) => [
      ...judgeSpan(history, recipe.component, OPEN, CLOSED, open, 'early trigger'),
      // A trigger that was not out before is pending, and a sweep has to send it.
      ...(hasTriggerBefore(history, DONE)
        ? judgeSpan(history, recipe.component, DONE, undefined, done, 'double trigger')
        : []),
    ],
    missing: (history) => missingCalls(history, recipe.component, '/sweep'),
  };
}

/** The idle sweeps of both orchestrators. */
export const IDLE_SWEEPS: readonly Check[] = [
  idleSweeps(FAN_IN, 'FANIN-014', 'FANIN-015', 'fan-in'),
  idleSweeps(CASCADE, 'CASC-009', 'CASC-010', 'cascade'),
];

const OPEN = 'sweeps of an incomplete set';
const CLOSED = 'incomplete set swept';
const DONE = 'sweeps of a triggered set';
const SCHEDULER = { ...OF_THE_SCHEDULER, 'Content-Type': 'application/json' };

function hasTriggerBefore(history: History, name: string): boolean {
  const moment = marker(history, name)?.sequence ?? 0;
  return publishes(history, TOPIC.phase4Trigger).some(({ sequence }) => sequence < moment);
}

/** Whatever is published between two moments came of the sweeps alone. */
function judgeSpan(
  history: History,
  component: string,
  from: string,
  to: string | undefined,
  requirement: RequirementId,
  anomaly: Anomaly['anomaly'],
): readonly Anomaly[] {
  const start = marker(history, from)?.sequence;
  const end = to === undefined ? undefined : marker(history, to)?.sequence;
  if (start === undefined) return [];
  const triggers = publishes(history, TOPIC.phase4Trigger);
  const first = triggers[0]?.sequence ?? 0;
  const sent = triggers
    .filter(({ sequence }) => sequence > start && sequence < (end ?? Number.POSITIVE_INFINITY))
    .filter((repeat) => first > start || !mayBeOfNeighbour(history, component, first, repeat))
    .map(({ sequence }) => sequence);
  if (sent.length === 0) return [];
  return [
    {
      requirement,
      anomaly,
      proof: `From #${start} on (${from}) nothing was asked but POST /sweep, and no trigger was pending; yet ${listed('publish', sent)} went to ${TOPIC.phase4Trigger}.`,
      events: [start, ...sent],
    },
  ];
}
