import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KINDS, label, type MonsterKind } from './kinds.ts';
import { judgeMonster } from './run.ts';

function kindOf(name: string): MonsterKind {
  const found = KINDS.find((kind) => label(kind) === name);
  if (found === undefined) throw new Error(`there is no monster ${name}`);
  return found;
}

/** A few cases of the first requirement are enough for these, and end in seconds. */
const QUICK = ['--only', 'fan-in-in-any-order@1', '--timeout', '20'];

describe('a run ends with a sentence, in time, and leaves nobody, though the target', () => {
  test.each(['fields-huge', 'holds-its-port', 'publishes-1000'])(
    '%s',
    async (name) => {
      const { problem, left, seconds } = await judgeMonster(
        { ...kindOf(name), codes: [0, 1, 3], says: /./ },
        QUICK,
      );
      expect({ problem, left }).toEqual({ problem: null, left: [] });
      expect(seconds).toBeLessThan(45);
    },
    60_000,
  );

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'forks, and the judge gets %s in the middle',
    async (signal) => {
      const { problem, left } = await judgeMonster(kindOf('forks'), QUICK, { signal, after_ms: 100 });
      expect({ problem, left }).toEqual({ problem: null, left: [] });
    },
    60_000,
  );
});

test('every kind is one that the program knows', () => {
  const program = readFileSync(new URL('monster.mjs', import.meta.url), 'utf8');
  for (const { name } of KINDS) expect(program).toContain(`'${name}'`);
});
