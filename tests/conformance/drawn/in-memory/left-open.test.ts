import { describe, expect, test } from 'vitest';
import { DRAWN_RECEIVERS } from '../../../../conformance/checks/drawn/all.ts';
import { judgeShape } from '../../../../conformance/checks/judging/shape.ts';
import { LEFT_OPEN } from './left-open.ts';
import { playDrawn, REFERENCE } from './reference.ts';

const SEED = 20240116;
const HISTORIES = 6;

// A call that is held back outlasts a claim, so that some histories take seconds.
describe('a right history, told as another right program would have made it', { timeout: 120_000 }, () => {
  test.each(DRAWN_RECEIVERS)('of $receiver is accused of nothing', async (receiver) => {
    const played = await playDrawn(REFERENCE, receiver, SEED, HISTORIES);
    const right = played.filter(({ anomalies }) => anomalies.length === 0).map(({ events }) => events);
    expect(right.length).toBeGreaterThan(HISTORIES / 2);
    const accused = Object.entries(LEFT_OPEN).flatMap(([name, change]) =>
      right
        .map(change)
        .flatMap((history) =>
          [...receiver.judge(history), ...judgeShape(history)].map(
            ({ requirement, proof }) => `${name}: ${requirement} ${proof}`,
          ),
        ),
    );
    expect(accused).toEqual([]);
  });
});
