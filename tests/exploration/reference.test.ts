import { describe, expect, test } from 'vitest';
import { exhaustive } from '../../conformance/exploration/strategies/exhaustive.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import { DATE, DAY_BEFORE, putInto } from './cases/fan-in.ts';
import { createReference } from './cases/reference.ts';
import { explore } from './in-process/explore.ts';
import { completionsOf, type Scenario } from './models/fan-in/scenario.ts';

describe('the decisions of the reference keep every promise in the model', () => {
  test.each(['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const)(
    '%s, under 3000 runs of the portfolio with up to two faults',
    (name) => {
      const { component, levels } = createReference(name, [DATE, DAY_BEFORE]);
      const names = [...new Set(levels.flatMap(({ waits_for }) => waits_for))];
      const scenario: Scenario = {
        levels,
        completions: [
          ...completionsOf(names.slice(0, 1), DATE, { status: 'failed', execution_id: 'failed-run' }),
          ...completionsOf(names.slice(1, 2), DATE, {
            skip_downstream_trigger: true,
            execution_id: 'backfill',
          }),
          ...completionsOf(names),
          ...completionsOf(names.slice(0, 2), DAY_BEFORE),
        ],
      };
      const explored = explore({ ...putInto(scenario, component), strategy: portfolio(15), runs_max: 3000 });
      expect(explored.failures).toEqual([]);
    },
  );

  test('every interleaving of two completions at the edge, with one crash before or after any call', () => {
    const { component, levels } = createReference('phase3-to-phase4-orchestrator', [DATE]);
    const names = levels.flatMap(({ waits_for }) => waits_for);
    const scenario: Scenario = { levels, completions: completionsOf(names) };
    const world = putInto(scenario, { handle: component.handle });
    const explored = explore({
      simulate() {
        const simulation = world.simulate();
        // The first three are in before the search begins: only the edge is searched.
        for (const message of ['m1', 'm2', 'm3']) finish(simulation, message);
        return simulation;
      },
      judge: world.judge,
      strategy: exhaustive({ faults_max: 1, faults: ['crash', 'crash_after'] }),
      runs_max: 20_000,
    });
    expect(explored.failures).toEqual([]);
    expect(explored.complete).toBe(true);
  });
});

/** Takes the steps of one message, in order, to its end. */
function finish(simulation: ReturnType<ReturnType<typeof putInto>['simulate']>, message: string): void {
  const next = () => simulation.enabled().find(({ label }) => new RegExp(`\\b${message}\\b`).test(label));
  for (let step = next(); step !== undefined; step = next()) simulation.perform(step, undefined);
}
