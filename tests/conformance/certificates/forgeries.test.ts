import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPublicKey, writeNewKey } from '../../../conformance/certificates/envelope/keys.ts';
import { verified } from '../../../conformance/certificates/verify.ts';
import { createRandom } from '../../../conformance/harness/messages/random.ts';
import { KINDS } from './kinds.ts';
import { certified, newFolder } from './made.ts';

const FORGERIES = 240;
/** Of one kind with another seed: `FORGERY_SEED=… npx vitest run tests/conformance/certificates`. */
const seed = Number(process.env['FORGERY_SEED'] ?? Date.now() % 2 ** 31);

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const key = path.join(folder, 'honest.key');
let honest = '';
beforeAll(async () => {
  writeNewKey(key);
  honest = (await certified('careless', path.join(folder, 'careless.json'), '--key', key)).text;
}, 120_000);

describe('a forged certificate is refused, with its reason', () => {
  test('the honest one is accepted, signed with the key that was named, and does not conform', () => {
    const { certificate, signature } = verified(honest, { trusted: readPublicKey(`${key}.pub`) });
    expect([certificate.verdict, signature.kind]).toEqual(['does_not_conform', 'trusted']);
    expect(certificate.requirements.some(({ result }) => result === 'failed')).toBe(true);
    expect(certificate.runs.map((run) => [run.seed, run.cases.length])).toEqual([
      [7, 5],
      [8, 5],
    ]);
  });
  test('a hundred random forgeries of every kind', () => {
    console.log(`forgeries are drawn with seed ${seed}`);
    const refused = new Map<string, number>();
    for (let number = 0; number < FORGERIES; number++) {
      const kind = KINDS[number % KINDS.length];
      if (kind === undefined) throw new Error('there are kinds');
      const random = createRandom(seed, 'forgery', number);
      const forged = kind.forge(honest, random);
      const told = `${kind.name}, forgery ${number} of seed ${seed}`;
      expect(forged === honest, told).toBe(false);
      const asked = kind.holds_key === true ? { trusted: readPublicKey(`${key}.pub`) } : {};
      expect(() => verified(forged, asked), told).toThrow(kind.reason);
      refused.set(kind.name, (refused.get(kind.name) ?? 0) + 1);
    }
    expect(refused.size).toBe(KINDS.length);
  }, 240_000);
});
