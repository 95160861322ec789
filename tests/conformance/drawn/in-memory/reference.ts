import { drawMany } from '../../../../conformance/checks/drawn/grammar/draw.ts';
import type { DrawnReceiver } from '../../../../conformance/checks/drawn/receiver.ts';
import { createDayWindows } from '../../../../conformance/harness/messages/windows.ts';
import { createShell } from '../../../../reference/http/shell.ts';
import { COMPONENT_LOADERS } from '../../../../reference/services/components.ts';
import { judgeInMemory, type Program } from './play.ts';

/** Every component of the reference. */
export const REFERENCE: Program = {
  shell: createShell,
  receivers: Object.fromEntries(
    await Promise.all(
      Object.entries(COMPONENT_LOADERS).map(async ([name, load]) => [name, await load()] as const),
    ),
  ),
};

/** Plays histories of one seed side by side, and gives what is told of each. */
export function playDrawn(program: Program, receiver: DrawnReceiver, seed: number, count: number) {
  const windows = createDayWindows();
  const drawn = drawMany((draw, nth) => receiver.draw(draw, nth), { seed, count });
  return Promise.all(
    drawn.map((history) => judgeInMemory(program, receiver, history, windows.next(history.days))),
  );
}
