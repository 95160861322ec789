import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ANOMALIES, type AnomalyName } from '../../../conformance/checks/anomalies.ts';
import { changeMessage, type Overrides } from '../../../conformance/harness/messages/build.ts';
import type { History } from '../../../conformance/history/events.ts';
import { findRequirement, type Requirement } from '../../../conformance/requirements/catalogue.ts';
import type { ReportedAnomaly } from '../../../conformance/verdict/anomalies.ts';
import { causesOf } from '../../../conformance/verdict/causes/causes.ts';
import { KINDS, URGENCIES } from '../../../conformance/verdict/causes/kinds.ts';
import type { RequirementVerdict } from '../../../conformance/verdict/verdict.ts';
import { completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from '../checks/pipeline-story.ts';
import { type Story, story } from '../checks/story.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function requirement(id: string): Requirement {
  const found = findRequirement(id);
  if (found === undefined) throw new Error(`${id} is no requirement`);
  return found;
}

function anomaly(name: AnomalyName, history: History, events: readonly number[]): ReportedAnomaly {
  const place = { check: 'check', case: 'check', repeats: 0, requirement: 'FANIN-001' } as const;
  return { anomaly: name, proof: 'It went wrong.', events, history, explained_by: [], ...place };
}

function failed(id: string, ...anomalies: readonly ReportedAnomaly[]): RequirementVerdict {
  const common = { reason: null, known: false, cases: 1 } as const;
  return { requirement: requirement(id), result: 'failed', anomalies, ...common };
}

/** A case in which a set is delivered, after what `first` adds. */
function told(first: (story: Story) => void = () => {}): History {
  const one = story();
  first(one);
  deliverSet(one, 1, completions(1));
  return one.history();
}

const DELIVERIES = (history: History): readonly number[] =>
  history.flatMap(({ kind, sequence }) => (kind === 'delivery' ? [sequence] : []));
const lost = (history: History): ReportedAnomaly => anomaly('lost trigger', history, DELIVERIES(history));

describe('the causes of a run', () => {
  test.each<[string, Overrides]>([
    ['a success without records', { record_count: 0 }],
    ['a run that was started by hand', { trigger_source: 'manual', trigger_message_id: null }],
    ['a completion that says no run', { metadata: { run: undefined } as never }],
  ])('a trigger that is lost with %s has this as its circumstance', (_what, overrides) => {
    const [first = {}, ...rest] = completions(1);
    const one = story();
    deliverSet(one, 1, [changeMessage(first, overrides), ...rest]);
    const [cause] = causesOf([failed('FANIN-001', lost(one.history()))]);
    expect(cause?.circumstance).toBe('unusual fields');
    expect(cause?.sentence).toContain('when fields that decide nothing say something unusual');
    expect(causesOf([failed('FANIN-001', lost(told()))])[0]?.circumstance).toBe('none');
  });

  test('requirements that break in the same way, place and circumstances have one cause', () => {
    const history = told((one) => one.fault('strikes'));
    const causes = causesOf([failed('FANIN-007', lost(history)), failed('ACK-005', lost(history))]);
    expect(causes).toMatchObject([
      {
        urgency: 'work',
        component: FAN_IN,
        circumstance: 'failed call',
        requirements: ['FANIN-007', 'ACK-005'],
        anomalies: 2,
      },
    ]);
    expect(causes[0]?.sentence).toContain(
      `lost trigger in ${FAN_IN} when a call to broker or store fails or is not confirmed.`,
    );
  });
  test('what happens without anything special explains what is lost in special circumstances, and stands first', () => {
    const plain = told();
    const faulty = told((one) => one.fault('strikes'));
    const causes = causesOf([failed('FANIN-007', lost(faulty)), failed('FANIN-001', lost(plain))]);
    expect(causes).toMatchObject([{ circumstance: 'none', requirements: ['FANIN-001', 'FANIN-007'] }]);
  });
  test('what a component that takes nothing fails in several circumstances has none of them as its cause', () => {
    const later = { metadata: { run: 2 } };
    const refused = (overrides: Overrides, status: number): History => {
      const one = story();
      deliverSet(one, 1, completions(1, overrides), status);
      return one.history();
    };
    const again = (status: number): History => {
      const one = story();
      const five = completions(1);
      deliverSet(one, 1, [...five, ...five.slice(0, 1)], status);
      return one.history();
    };
    const told = (status: number) => {
      const [stuck, twice] = [refused(later, status), again(status)];
      return causesOf([
        failed('FANIN-006', anomaly('stuck', stuck, DELIVERIES(stuck))),
        failed('IDEM-001', anomaly('refused message', twice, DELIVERIES(twice))),
      ]);
    };
    expect(told(503)).toMatchObject([{ circumstance: 'none', requirements: ['FANIN-006', 'IDEM-001'] }]);
    expect(
      told(200)
        .map(({ circumstance }) => circumstance)
        .sort(),
    ).toEqual(['later run', 'repeat']);
  });
  test('a loss of one component explains nothing of another', () => {
    const one = story();
    one.deliver('phase2-raw', 'nba-phase1-scrapers-complete', null);
    const causes = causesOf([failed('FANIN-001', lost(told())), failed('IDEM-001', lost(one.history()))]);
    expect(causes.map(({ component }) => component).sort()).toEqual(['phase2-raw', FAN_IN]);
  });
  test('everything that follows an invalid message is one cause: nothing is validated', () => {
    const one = story();
    one.deliver(FAN_IN, 'nba-phase3-analytics-complete', null, { defect: 'no JSON' });
    const history = one.history();
    const causes = causesOf([
      failed('ACK-002', anomaly('swallowed message', history, [1])),
      failed('ACK-003', anomaly('phantom completion', history, [1])),
      failed('MSG-005', anomaly('state left behind', history, [1])),
    ]);
    expect(causes.length).toBe(1);
    expect(causes[0]?.requirements).toHaveLength(3);
  });
  test('lost, early and doubled work comes before acks, acks before tracing, tracing before shape, SHOULD last', () => {
    const history = told((one) => one.publish(TRIGGER, triggerOf(1, completions(1))));
    const [first = 1] = history.map(({ sequence }) => sequence);
    const of = (name: AnomalyName): ReportedAnomaly => anomaly(name, history, [first]);
    const causes = causesOf([
      failed('FANIN-011', of('repeated message')),
      failed('MSG-001', of('invalid message')),
      failed('CORR-001', of('broken correlation')),
      failed('ACK-001', of('early ack')),
      failed('FANIN-002', of('double trigger')),
    ]);
    expect(causes.map(({ urgency }) => urgency)).toEqual([...URGENCIES]);
  });
  test('a later run, a repeat, a death and deliveries that meet are told apart', () => {
    const again = story();
    const five = completions(1);
    deliverSet(again, 1, [...five, ...five.slice(0, 1)]);
    const died = { kind: 'process', component: FAN_IN, change: 'killed', at_ms: 0, marks: [] } as const;
    const dead: History = [{ ...died, sequence: 0 }, ...told()];
    const later = story();
    deliverSet(later, 1, completions(1, { metadata: { run: 2 } }));
    const doubled = (history: History) => anomaly('double trigger', history, DELIVERIES(history));
    const circumstances = [again.history(), dead, later.history()].map(
      (history) => causesOf([failed('FANIN-002', doubled(history))])[0]?.circumstance,
    );
    expect(circumstances).toEqual(['repeat', 'death', 'later run']);
  });
  test('the author of a message is at fault, whoever was handed something', () => {
    const history = told((one) => one.publish(TRIGGER, triggerOf(1, completions(1)))).map((event) =>
      event.kind === 'publish' ? { ...event, component: 'phase4-orchestrator' } : event,
    );
    const causes = causesOf([failed('FANIN-003', anomaly('early trigger', history, [1, 2]))]);
    expect(causes[0]?.component).toBe('phase4-orchestrator');
  });
  test('a known difference and what passed are no cause', () => {
    const known = { ...failed('FANIN-001', lost(told())), known: true };
    expect(causesOf([known, { ...failed('FANIN-002'), result: 'passed' }])).toEqual([]);
  });
});

test('every anomaly has its urgency, its advice and its section of the page that says how to mend it', () => {
  const page = readFileSync(path.join(ROOT, 'docs/mending.md'), 'utf8');
  for (const name of Object.keys(ANOMALIES) as AnomalyName[]) {
    expect(KINDS[name].right).toMatch(/^A right program .*\.$/);
    expect(page).toContain(`\n## ${name}\n`);
  }
});
