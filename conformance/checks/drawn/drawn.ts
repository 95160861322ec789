import type { History } from '../../history/events.ts';
import type { Anomaly, Check } from '../check.ts';
import { playedHistories } from './model/played.ts';
import type { DrawnReceiver } from './receiver.ts';
import { playAll } from './run/all.ts';
import { parseHistory } from './value/history.ts';
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

/** Of all histories that show an anomaly the smallest is told. */
function judgeDrawn(history: History, receiver: DrawnReceiver): readonly Anomaly[] {
  const smallest = new Map<string, { readonly anomaly: Anomaly; readonly size: number }>();
  for (const { line, mark, days, events } of playedHistories(history)) {
    const told = new Set<string>();
    for (const anomaly of receiver.judge(events)) {
      const kind = `${anomaly.requirement} ${anomaly.anomaly}`;
      if (told.has(kind) || (smallest.get(kind)?.size ?? Infinity) <= line.length) continue;
      told.add(kind);
      const proof = `${anomaly.proof} The smallest history that shows it: ${describeHistory(parseHistory(line))}.`;
      smallest.set(kind, {
        anomaly: { ...anomaly, proof, run: { mark, days, schedule: line } },
        size: line.length,
      });
    }
  }
  return [...smallest.values()].map(({ anomaly }) => anomaly);
}
