import type { RequirementId } from '../../../../generated/requirements.ts';
import { ORCHESTRATORS } from '../../../../generated/topology.ts';
import type { Profile } from '../../../contract/names.ts';
import type { History } from '../../../history/events.ts';
import { metadataOf, publishes } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { judgeNacks, judgeRefused } from '../../judging/answers.ts';
import { judgeIdentity } from '../../judging/identity.ts';
import { judgeOutputs, type OutputPromises } from '../../judging/outputs.ts';
import { judgeProvenance } from '../../judging/provenance.ts';
import { LISTENS, type OrchestratorName } from '../../owed/orchestrators.ts';
import { analyticsCompletion, precomputeCompletion } from '../../recipes/orchestrators.ts';
import { withCapitals } from '../grammar/capitals.ts';
import { drawOrchestratorHistory } from '../grammar/orchestrators.ts';
import { judgeAcks } from '../model/orchestration/acks.ts';
import { type Door, judgeDoor, refusalOf } from '../model/orchestration/inputs.ts';
import { judgeSweptAgain, settledBefore } from '../model/orchestration/repeats.ts';
import { judgeSweeps } from '../model/orchestration/sweeps.ts';
import { judgeTriggers, type TriggerPromises } from '../model/orchestration/triggers.ts';
import { CLAIM_MS, spansOf } from '../model/predictions/spans.ts';
import { judgeTimes } from '../model/times.ts';
import type { DrawnReceiver } from '../receiver.ts';
import { completionOf } from '../run/completion.ts';
import { type Posting, playHistory } from '../run/play.ts';

const HISTORIES = 40;
interface Promises extends TriggerPromises {
  readonly outputs: OutputPromises;
  /** A valid completion that is never acked. */
  readonly refused: RequirementId;
  /** A sweep that leaves something pending and says otherwise. */
  readonly swept: RequirementId;
  /** A sweep that sends what was out before. */
  readonly swept_again: RequirementId;
}

function orchestratorReceiver(
  orchestrator: OrchestratorName,
  profile: Profile,
  promises: Promises,
): DrawnReceiver {
  const build = orchestrator === 'phase4-orchestrator' ? precomputeCompletion : analyticsCompletion;
  const door: Door = {
    component: orchestrator,
    message: orchestrator === 'phase4-orchestrator' ? 'PrecomputeCompletion' : 'AnalyticsCompletion',
    phase: LISTENS[orchestrator],
  };
  const { outputs, refused, swept, swept_again, ...parts } = promises;
  const named = [...Object.values(outputs), ...Object.values(parts), refused, swept, swept_again].filter(
    (one) => typeof one === 'string',
  );
  return {
    receiver: orchestrator,
    profile,
    components: [orchestrator],
    needs: [],
    requirements: [...new Set([...(named as RequirementId[]), ...COMMON])],
    histories: HISTORIES,
    has_two_instances: true,
    draw: (draw, nth) => withCapitals(drawOrchestratorHistory(draw, orchestrator, nth), nth),
    play: (branch, history) => {
      const posting: Posting = {
        component: orchestrator,
        topic: ORCHESTRATORS[orchestrator].listens_to,
        messageOf: (parcel, place, ids) =>
          completionOf(parcel, place, ids, (name, overrides) =>
            build(branch, name, place.game_date, place.run, overrides),
          ),
        isTaken: (message) => refusalOf(door, message) === undefined,
      };
      return playHistory(branch, history, posting);
    },
    judge: (history) => judgeOrchestrator(history, orchestrator, door, promises),
  };
}

const COMMON = [
  'ACK-001',
  'ACK-002',
  'ACK-003',
  'ACK-007',
  'ACK-014',
  'BACK-003',
  'BACK-007',
  'CORR-001',
  'CORR-002',
  'CORR-004',
  'CORR-006',
  'CORR-007',
  'MSG-004',
  'MSG-009',
  'MSG-026',
  'MSG-027',
] as const satisfies readonly RequirementId[];

function judgeOrchestrator(
  history: History,
  orchestrator: OrchestratorName,
  door: Door,
  { outputs, refused, swept, swept_again, ...parts }: Promises,
): readonly Anomaly[] {
  const valid = history.filter(
    (event) =>
      event.kind !== 'delivery' || event.message === null || refusalOf(door, event.message) === undefined,
  );
  const triggers = publishes(history).filter(({ message }) =>
    isMadeBy(orchestrator, metadataOf(message)['level']),
  );
  // What a history brings may borrow ids on purpose.
  const own = valid.filter((event) => event.kind !== 'delivery');
  return [
    ...judgeOutputs(valid, orchestrator, { ...outputs, whole: history }).filter(
      (anomaly) => !isOverdue(history, orchestrator, anomaly),
    ),
    ...judgeRefused(valid, orchestrator, refused),
    ...judgeNacks(valid, orchestrator),
    ...judgeAcks(valid, orchestrator, 'ACK-001'),
    ...judgeDoor(history, door),
    ...judgeSweeps(history, orchestrator, swept),
    ...judgeSweptAgain(history, orchestrator, triggers, swept_again),
    ...judgeIdentity(own),
    ...judgeProvenance(valid, orchestrator),
    ...judgeTriggers(valid, orchestrator, triggers, parts),
    ...judgeTimes(history, triggers),
  ];
}

/** Who publishes again so long after the first time, or while something takes so long, may have taken over a claim that had run out. */
function isOverdue(history: History, orchestrator: OrchestratorName, { anomaly, events }: Anomaly): boolean {
  if (anomaly !== 'repeated message') return false;
  const at_ms = new Map(history.map((event) => [event.sequence, event.at_ms]));
  const [first, last] = [Math.min(...events), Math.max(...events)];
  const spent_ms = (from: number, to: number): number => (at_ms.get(to) ?? Infinity) - (at_ms.get(from) ?? 0);
  const spans = spansOf(history, orchestrator);
  // Once it was acked no claim on it stands.
  if (settledBefore(history, orchestrator, spans, first, last) !== undefined) return false;
  if (spent_ms(first, last) > CLAIM_MS) return true;
  return spans.some(({ from, to }) => from < last && to > first && spent_ms(from, to) > CLAIM_MS);
}

/** Both send to one topic, each the levels of its own. */
function isMadeBy(orchestrator: OrchestratorName, level: unknown): boolean {
  return ORCHESTRATORS[orchestrator].levels.some((one) => one.level === level);
}

/** Histories of completions to the fan-in and to the cascade. */
export const ORCHESTRATOR_RECEIVERS: readonly DrawnReceiver[] = [
  orchestratorReceiver('phase3-to-phase4-orchestrator', 'fan-in', {
    outputs: {
      lost: 'FANIN-001',
      double: 'FANIN-002',
      repeated: 'FANIN-011',
      early: 'FANIN-003',
      phantom: 'FANIN-003',
    },
    refused: 'FANIN-017',
    swept: 'FANIN-012',
    swept_again: 'FANIN-014',
    identity: 'FANIN-009',
    name: 'FANIN-018',
    upstream: 'FANIN-010',
    correlation: 'CORR-003',
    processors: 'FANIN-018',
  }),
  orchestratorReceiver('phase4-orchestrator', 'cascade', {
    outputs: {
      lost: 'CASC-001',
      double: 'CASC-003',
      repeated: 'CASC-014',
      early: 'CASC-001',
      phantom: 'CASC-001',
    },
    refused: 'CASC-011',
    swept: 'CASC-006',
    swept_again: 'CASC-009',
    identity: 'CASC-016',
    name: 'CASC-017',
    upstream: 'CASC-018',
    correlation: 'CASC-018',
    processors: 'CASC-004',
  }),
];
