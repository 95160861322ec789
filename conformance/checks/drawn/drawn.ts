import type { History } from '../../history/events.ts';
import type { Anomaly, Check } from '../check.ts';
import { explained, occurrencesOf } from '../consequences.ts';
import { playedHistories } from './model/played.ts';
import type { DrawnReceiver } from './receiver.ts';
import { playAll } from './run/all.ts';
import { type DrawnHistory, parseHistory } from './value/history.ts';
import { describeHistory } from './value/words.ts';

/** Whole histories that are drawn from the contract, each judged by the model of its receiver. */
export function drawnHistories(receiver: DrawnReceiver): Check {
  return {
    name: `drawn-histories-to-${receiver.receiver}`,
    requirements: receiver.requirements,
    profile: receiver.profile,
    components: receiver.components,
    needs: [...receiver.needs, 'broker-faults'],
    ...(receiver.uses === undefined ? {} : { uses: receiver.uses }),
    // Those before it only feed it.
    replicas_if_any: receiver.has_two_instances === true ? receiver.components.slice(-1) : [],
    is_long: true,
    draws: true,
    run: (scene) => playAll(scene, receiver),
    judge: (history) => judgeDrawn(history, receiver),
  };
}

interface Told {
  readonly anomaly: Anomaly;
  readonly rank: readonly [explained: number, faults: number, size: number];
}

/** Of all histories that show an anomaly the plainest is told: where nothing else explains it, then without faults, then the smallest. */
function judgeDrawn(history: History, receiver: DrawnReceiver): readonly Anomaly[] {
  const plainest = new Map<string, Told>();
  const cited = new Map<string, (readonly number[])[]>();
  for (const { line, mark, days, events } of playedHistories(history)) {
    const found = receiver.judge(events);
    if (found.length === 0) continue;
    const drawn = parseHistory(line);
    for (const anomaly of found) {
      const kind = `${anomaly.requirement} ${anomaly.anomaly}`;
      cited.set(kind, [...(cited.get(kind) ?? []), ...occurrencesOf(anomaly)]);
      const rank = [Number(explained(anomaly, found).length > 0), faultsOf(drawn), line.length] as const;
      const other = plainest.get(kind);
      if (other !== undefined && !isBefore(rank, other.rank)) continue;
      const proof = `${anomaly.proof} The smallest history that shows it: ${describeHistory(drawn)}.`;
      plainest.set(kind, { anomaly: { ...anomaly, proof, run: { mark, days, schedule: line } }, rank });
    }
  }
  return [...plainest].map(([kind, { anomaly }]) => ({ ...anomaly, occurrences: cited.get(kind) ?? [] }));
}

function faultsOf({ steps }: DrawnHistory): number {
  return steps.filter((step) => step.do === 'refuse').length;
}

function isBefore(rank: readonly number[], other: readonly number[]): boolean {
  const index = rank.findIndex((value, place) => value !== other[place]);
  return index >= 0 && (rank[index] ?? 0) < (other[index] ?? 0);
}
