import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { type Backend, departs } from '../drive/backend.ts';
import { openForEachTest, payloads, type World } from '../drive/world.ts';

/** States which messages a subscription with a filter gets. */
export function describeFilters(backend: () => Backend): void {
  describe('filters', () => {
    let world: World;
    let topic: string;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
    });

    const MESSAGES = [
      { data: Buffer.from('plain') },
      { data: Buffer.from('level 1'), attributes: { level: '1' } },
      { data: Buffer.from('level 2'), attributes: { level: '2', 'game.date': '2024-01-15' } },
      { data: Buffer.from('phase'), attributes: { phase: 'phase_3', level: '' } },
    ];

    test.each([
      ['attributes:level', ['level 1', 'level 2', 'phase']],
      ['attributes.level = "1"', ['level 1']],
      ['attributes.level != "1"', ['plain', 'level 2', 'phase']],
      ['NOT attributes:level', ['plain']],
      ['hasPrefix(attributes.phase, "phase_")', ['phase']],
      ['attributes."game.date" = "2024-01-15"', ['level 2']],
      ['attributes:"game.date" AND NOT attributes.level = "1"', ['level 2']],
      ['(attributes.level = "1" OR attributes.level = "2") AND attributes:level', ['level 1', 'level 2']],
    ])('a subscription with the filter %s gets %j', async (filter, texts) => {
      const reader = await world.createSubscription('reader', topic, { filter });
      await world.publish(topic, ...MESSAGES);
      if (departs(backend(), 'filters')) expect(await world.pull(reader, 4)).toHaveLength(4);
      else expect(payloads(await world.pull(reader, texts.length)).sort()).toEqual([...texts].sort());
    });

    test('what a filter holds back is not delivered later', async () => {
      const filter = 'attributes.level = "1"';
      const reader = await world.createSubscription('reader', topic, { filter });
      await world.publish(topic, 'plain');
      const last = { data: Buffer.from('wanted'), attributes: { level: '1' } };
      await world.publish(topic, last);
      const first = departs(backend(), 'filters') ? 'plain' : 'wanted';
      expect(payloads(await world.pull(reader, 1))).toEqual([first]);
    });

    test('a subscription shows its filter, and keeps it for good', async () => {
      const filter = 'attributes.level = "1"';
      const name = await world.createSubscription('reader', topic, { filter });
      const [found] = await world.subscriber.getSubscription({ subscription: name });
      expect(found).toMatchObject({ filter });
      const change = {
        subscription: { name, filter: 'attributes:level' },
        updateMask: { paths: ['filter'] },
      };
      await expect(world.subscriber.updateSubscription(change)).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
      });
    });
  });
}
