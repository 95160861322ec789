import { describe, expect, test } from 'vitest';
import { SCHEDULES, SUBSCRIPTIONS } from '../../../generated/topology.ts';
import type { Stage } from './stage.ts';

/** Only a limit: a loaded machine starts gcloud ten times slower than an idle one. */
export const TIMEOUT_MS = 2_700_000;

/** State how what is deployed is operated. */
export function operating(stage: () => Stage): void {
  describe('operating what is deployed', { timeout: TIMEOUT_MS }, () => {
    const component = 'phase5-coordinator';
    const traffic = () => JSON.stringify(stage().apis.run.services.get(component)['status']);

    test('a rollback sends all traffic to the revision before, and can be undone', async () => {
      const planned = await stage().deploy('rollback', component, '--plan');
      expect(planned).toMatchObject({ code: 0, changes: [] });
      const ran = await stage().deploy('rollback', component);
      expect(ran.code, ran.out + ran.err).toBe(0);
      const [, from, to] = /all traffic from (\S+) to (\S+)/.exec(ran.out) ?? [];
      expect(traffic()).toContain(`{"percent":100,"revisionName":"${to}"}`);
      expect(from).not.toBe(to);

      const back = await stage().deploy('rollback', component, 'latest');
      expect(back.code, back.out + back.err).toBe(0);
      expect(traffic()).toContain(`"revisionName":"${from}"`);
    });

    test('a rollback of a function goes the same way; an unknown revision is refused with those that exist', async () => {
      const ran = await stage().deploy('rollback', 'phase4-orchestrator', 'phase4-orchestrator-00099-xyz');
      expect(ran).toMatchObject({ code: 2, changes: [] });
      expect(ran.err).toMatch(
        /expected one of the revisions phase4-orchestrator-\d+-abc of phase4-orchestrator, got/,
      );
    });

    test('pause and resume switch one schedule; what is so already is left', async () => {
      const paused = await stage().deploy('pause', 'orchestrator-sweep');
      expect(paused).toMatchObject({ code: 0, changes: [] });
      expect(paused.out).toContain('= leave orchestrator-sweep, it is paused already');
      const resumed = await stage().deploy('resume', 'orchestrator-sweep');
      expect(resumed.code).toBe(0);
      expect(resumed.changes.map(({ path }) => path.split('/').at(-1))).toEqual([
        'orchestrator-sweep:resume',
      ]);
    });

    test('one command falls back to the clock, drift tells of it, and one command ends it', async () => {
      const on = await stage().deploy('fallback', 'on');
      expect(on.code).toBe(0);
      expect(on.changes.map(({ path }) => path.split('/').at(-1))).toEqual([
        'phase4-fallback-level-1:resume',
        'phase4-fallback-level-2:resume',
        'phase4-fallback-level-3:resume',
      ]);
      const drift = await stage().drift();
      expect(drift.code).toBe(1);
      expect(drift.out).toContain(
        'scheduler job phase4-fallback-level-1 of the fall-back runs beside the orchestrators',
      );
      expect((await stage().deploy('fallback', 'off')).changes).toHaveLength(3);
    });
  });
}

/** State how a project ends; nothing comes after it. */
export function ending(stage: () => Stage): void {
  describe('the end of a project', { timeout: TIMEOUT_MS }, () => {
    test('destroy lists what would go and asks for a confirmation', async () => {
      const ran = await stage().deploy('destroy');
      expect(ran).toMatchObject({ code: 2, changes: [] });
      expect(ran.out).toContain('Nothing was destroyed: add --yes to confirm.');
      for (const name of [...Object.keys(SUBSCRIPTIONS), ...Object.keys(SCHEDULES)])
        expect(ran.out).toContain(name);
    });

    test('destroy removes what the contract has made; what hands have made and the database stay', async () => {
      const ran = await stage().deploy('destroy', '--yes');
      expect(ran.code, ran.out).toBe(0);
      expect(ran.changes.filter(({ status }) => status >= 400)).toEqual([]);
      const left = async (path: string) => JSON.stringify(await stage().byHand('GET', path));
      expect(await left(`pubsub/v1/projects/${stage().project}/subscriptions`)).toMatch(/twin/);
      expect(await left(`pubsub/v1/projects/${stage().project}/subscriptions`)).not.toMatch(
        /nba-phase\d-[a-z-]+-sub"/,
      );
      expect(await left(`pubsub/v1/projects/${stage().project}/topics`)).toMatch(/nba-forgotten/);
      expect(await left(`iam/v1/projects/${stage().project}/serviceAccounts`)).toBe('{"accounts":[]}');
      expect(await left(`cloudscheduler/v1/projects/${stage().project}/locations/us-west2/jobs`)).toBe(
        '{"jobs":[]}',
      );
      expect(await left(`firestore/v1/projects/${stage().project}/databases`)).toContain('(default)');
      expect(stage().apis.run.services.list('')).toEqual([]);
      expect(await left(`logging/v2/projects/${stage().project}/metrics`)).toBe('{"metrics":[]}');
      const policies = await left(`monitoring/v3/projects/${stage().project}/alertPolicies`);
      expect([policies.match(/displayName":"Somebody’s/g)?.length, policies.includes('managed-by')]).toEqual([
        1,
        false,
      ]);
      const dashboards = await left(`monitoring/v1/projects/${stage().project}/dashboards`);
      expect([dashboards.includes('Twin'), dashboards.includes('managed-by')]).toEqual([true, false]);
      expect(
        stage().apis.policies.members(
          `cloudresourcemanager/projects/${stage().project}`,
          'roles/datastore.user',
        ),
      ).toEqual([]);
    });
  });
}
