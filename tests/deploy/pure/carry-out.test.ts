import { describe, expect, test } from 'vitest';
import { carryOut } from '../../../scripts/deploy/execution/carry-out.ts';
import type { Call } from '../../../scripts/deploy/gcloud/call.ts';
import type { Ended } from '../../../scripts/deploy/gcloud/run.ts';
import type { Kind } from '../../../scripts/deploy/topology/resource.ts';
import { wanted } from './live.ts';

const OK: Ended = { code: 0, stdout: '', stderr: '' };
const refused = (complaint: string): Ended => ({
  code: 1,
  stdout: '',
  stderr: `progress...\nERROR: ${complaint}`,
});

function call(kind: Kind, name: string): Call {
  return {
    args: [name],
    steps: [{ action: 'create', resource: wanted(kind, name), differences: [], note: null }],
  };
}

const SUB_1 = call('subscription', 'nba-phase4-trigger-sub');
const SUB_2 = call('subscription', 'nba-phase5-trigger-sub');
const JOB = call('scheduler job', 'phase5-retry-1');

/** Runs groups with a gcloud that answers from a table of endings, in order, and else succeeds. */
async function run(
  groups: readonly (readonly Call[])[],
  endings: Readonly<Record<string, readonly Ended[]>> = {},
) {
  const asked: string[] = [];
  const lines: string[] = [];
  const waits: number[] = [];
  const outcome = await carryOut(groups, {
    gcloud: (args) => {
      const name = args[0] ?? '';
      const nth = asked.filter((other) => other === name).length;
      asked.push(name);
      return Promise.resolve(endings[name]?.[nth] ?? OK);
    },
    say: (line) => lines.push(line),
    wait: (duration_ms) => Promise.resolve(waits.push(duration_ms)),
  });
  const names = (steps: typeof outcome.done) => steps.map(({ resource }) => resource.name);
  return {
    asked,
    lines,
    waits,
    done: names(outcome.done),
    open: names(outcome.open),
    failed: names(outcome.failed),
    failure: outcome.failure,
  };
}

describe('carrying out a plan', () => {
  test('everything is done, group after group', async () => {
    const { asked, done, failure } = await run([[SUB_1, SUB_2], [JOB]]);
    expect([asked.at(-1), done.length, failure]).toEqual(['phase5-retry-1', 3, null]);
  });

  test('after a failure no later group is begun, and the complaint is without progress bars', async () => {
    const { asked, done, open, failure } = await run([[SUB_1], [SUB_2], [JOB]], {
      'nba-phase5-trigger-sub': [refused('no permission')],
    });
    expect(asked).toEqual(['nba-phase4-trigger-sub', 'nba-phase5-trigger-sub']);
    expect([done, open]).toEqual([['nba-phase4-trigger-sub'], ['phase5-retry-1']]);
    expect(failure?.complaint).toBe('ERROR: no permission');
  });

  test('what fails beside the first failure is failed too, not open', async () => {
    const { done, failed, open } = await run([[SUB_1, SUB_2], [JOB]], {
      'nba-phase4-trigger-sub': [refused('no permission')],
      'nba-phase5-trigger-sub': [refused('no permission')],
    });
    expect({ done, failed, open }).toEqual({
      done: [],
      failed: ['nba-phase4-trigger-sub', 'nba-phase5-trigger-sub'],
      open: ['phase5-retry-1'],
    });
  });

  test('a scheduler job that was made but not paused is not done', async () => {
    const name = 'phase4-fallback-level-1';
    const [made] = call('scheduler job', name).steps;
    const steps = made === undefined ? [] : [made];
    const { done, failed } = await run(
      [
        [
          { args: [name], steps },
          { args: ['pause'], steps },
        ],
      ],
      {
        pause: [refused('no permission')],
      },
    );
    expect({ done, failed }).toEqual({ done: [], failed: [name] });
  });

  test('what is too new to be seen everywhere is waited for', async () => {
    const { asked, waits, failure } = await run([[SUB_1]], {
      'nba-phase4-trigger-sub': [refused('Service account a@b does not exist.'), OK],
    });
    expect([asked.length, waits, failure]).toEqual([2, [5_000], null]);
  });

  test('a new metric is waited for as long as Google says that it may take, and a little more', async () => {
    const hidden = refused(
      'Cannot find metric(s) that match type = "logging.googleapis.com/user/runs_partial".',
    );
    const { waits, failure } = await run([[SUB_1]], { 'nba-phase4-trigger-sub': Array(13).fill(hidden) });
    expect(failure?.complaint).toContain('Cannot find metric');
    expect(waits.reduce((sum, wait_ms) => sum + wait_ms, 0)).toBeGreaterThanOrEqual(600_000);
  });

  test('but not for ever', async () => {
    const gone = refused('Service account a@b does not exist.');
    const { waits, failure } = await run([[SUB_1]], { 'nba-phase4-trigger-sub': Array(9).fill(gone) });
    expect(waits).toEqual([5_000, 10_000, 20_000, 30_000]);
    expect(failure?.complaint).toContain('does not exist');
  });

  test('two grants on one resource never run at the same time', async () => {
    const topic = 'nba-phase4-trigger';
    const [one, two] = ['phase3-to-phase4-orchestrator', 'phase4-orchestrator'].map((account) =>
      call(
        'grant',
        `roles/pubsub.publisher on topic ${topic} to ${account}@nba-staging.iam.gserviceaccount.com`,
      ),
    );
    let running = 0;
    let most = 0;
    await carryOut([[one, two, SUB_1, SUB_2].filter((each) => each !== undefined)], {
      gcloud: async ([name]) => {
        if (name?.startsWith('roles/') !== true) return OK;
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        return OK;
      },
      say: () => {},
      wait: () => Promise.resolve(),
    });
    expect(most).toBe(1);
  });
});
