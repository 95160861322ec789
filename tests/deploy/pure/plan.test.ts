import { describe, expect, test } from 'vitest';
import { changesOf, plan } from '../../../scripts/deploy/plan/plan.ts';
import { planInWords } from '../../../scripts/deploy/plan/words.ts';
import type { LiveProject } from '../../../scripts/deploy/topology/resource.ts';
import { liveProject, WANTED } from './live.ts';

const EMPTY: LiveProject = { project: 'nba-staging', number: '42', resources: [] };
const FALL_BACK = ['phase4-fallback-level-1', 'phase4-fallback-level-2', 'phase4-fallback-level-3'];
const planFor = (live: LiveProject) => plan(WANTED, live, FALL_BACK);

describe('the plan of a deployment', () => {
  test('an empty project gets everything', () => {
    const steps = planFor(EMPTY);
    expect(steps).toHaveLength(WANTED.length);
    expect(new Set(steps.map(({ action }) => action))).toEqual(new Set(['create']));
  });

  test('whoever is named in a call comes before the call', () => {
    const order = planFor(EMPTY).map(({ resource }) => resource.name);
    const expectOrder = (...names: readonly string[]) => {
      const places = names.map((name) => order.findIndex((other) => other.startsWith(name)));
      expect(places).not.toContain(-1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    };
    expectOrder(
      'pubsub.googleapis.com',
      'pipeline-build',
      'nba-phase4-trigger',
      'roles/cloudbuild.builds.builder',
      'nba-phase4-trigger-dlq-sub',
    );
    expectOrder(
      'roles/run.invoker on service phase4-precompute',
      'nba-phase4-trigger-sub',
      'roles/pubsub.subscriber on subscription nba-phase4-trigger-sub',
    );
    expectOrder(
      'nba-phase2-raw-complete-sub',
      'nba-phase4-trigger-sub',
      'nba-phase5-trigger-sub',
      'phase5-daily-backup',
    );
  });

  test('a project that is as the contract says is left alone', () => {
    const steps = planFor(liveProject());
    expect(changesOf(steps)).toEqual([]);
    expect(steps.every(({ note }) => note === null)).toBe(true);
  });

  test('each setting that differs is named with both values', () => {
    const steps = changesOf(
      planFor(
        liveProject({
          'nba-phase4-trigger-sub': { settings: { ack_deadline_seconds: 10, push_audience: null } },
        }),
      ),
    );
    expect(steps.map(({ action, differences }) => ({ action, differences }))).toEqual([
      {
        action: 'change',
        differences: [
          { setting: 'push_audience', is: null, wanted: 'https://phase4-precompute-42.us-west2.run.app' },
          { setting: 'ack_deadline_seconds', is: 10, wanted: 600 },
        ],
      },
    ]);
  });

  test('a subscription of another topic cannot be changed, and is not pretended to be', () => {
    const steps = planFor(liveProject({ 'nba-phase4-trigger-sub': { settings: { topic: 'nba-other' } } }));
    const blocked = steps.filter(({ action }) => action === 'blocked');
    expect(blocked.map(({ resource }) => resource.name)).toEqual(['nba-phase4-trigger-sub']);
    expect(planInWords(steps, 'here')).toContain('! blocked subscription nba-phase4-trigger-sub');
  });

  test('what somebody has paused, or rolled back, stays so and is told', () => {
    const steps = planFor(
      liveProject({
        'phase5-retry-1': { state: 'PAUSED' },
        'phase2-raw': { state: 'phase2-raw-00001-abc' },
        'phase4-fallback-level-1': { state: 'ENABLED' },
      }),
    );
    expect(changesOf(steps)).toEqual([]);
    const notes = steps.flatMap(({ note }) => note ?? []);
    expect(notes).toEqual([
      'its traffic goes to revision phase2-raw-00001-abc, not to the newest; `rollback phase2-raw latest` undoes that',
      'it is paused; `resume phase5-retry-1` lets it run again',
      'the fall-back is on; `fallback off` ends it',
    ]);
  });

  test('the words count what is created, changed and left', () => {
    const words = planInWords(
      planFor(
        liveProject({ 'nba-phase4-trigger': null, 'phase5-retry-1': { settings: { cron: '16 6 * * *' } } }),
      ),
      'nba-staging in us-west2',
    );
    expect(words).toContain('Plan for nba-staging in us-west2');
    expect(words).toContain('  + create topic nba-phase4-trigger\n');
    expect(words).toContain(
      '  ~ change scheduler job phase5-retry-1\n      cron is 16 6 * * *, the contract says 15 6 * * *\n',
    );
    expect(words).toContain(`1 to create, 1 to change, ${WANTED.length - 2} to leave.`);
  });
});
