import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { select } from '../../conformance/requirements/selection.ts';
import { loadTarget } from '../../conformance/targets/load.ts';
import { runJudge } from '../../conformance/verdict/running/run.ts';
import { CONFORMING } from './conforming.ts';
import { REDIS_SOCKET, startRedis } from './durable/redis.ts';

const SEED = 20240115;

const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe.each(CONFORMING)(
  '$name, which conforms and shares no code with any other',
  ({ file, needs, told }) => {
    const missing = needs.filter((program) => !isThere(program));
    let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
    beforeAll(async () => {
      if (missing.length > 0 || !needs.includes('redis-server')) return;
      redis = await startRedis();
      process.env[REDIS_SOCKET] = redis.socket;
    });
    afterAll(async () => {
      delete process.env[REDIS_SOCKET];
      await redis?.stop();
    });

    const title = missing.length === 0 ? '' : `NOT RUN, since ${missing.join(' and ')} is missing: `;
    test.skipIf(missing.length > 0)(
      `${title}is accused of nothing that is a MUST, and of the SHOULDs that it does not keep`,
      async () => {
        const { verdicts } = await runJudge({
          target: loadTarget(file),
          cloud: 'embedded',
          seed: SEED,
          selected: select({ only: [], profiles: [] }),
          onCleanup: () => {},
          onReady: () => {},
          onDone: () => {},
        });
        const failed = verdicts.filter(({ result }) => result === 'failed');
        const musts = failed.filter(({ requirement }) => requirement.level === 'MUST');
        const proofs = musts.map(({ requirement, reason, anomalies }) => ({
          id: requirement.id,
          why: reason ?? anomalies.map(({ proof }) => proof),
        }));
        expect(proofs).toEqual([]);
        const shoulds = failed.map(({ requirement }) => requirement.id);
        expect(shoulds.filter((id) => !told.includes(id))).toEqual([]);
        expect(verdicts.filter(({ result }) => result === 'passed').length).toBeGreaterThan(50);
      },
      240_000,
    );
  },
);
