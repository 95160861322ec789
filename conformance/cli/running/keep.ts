import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { linesOfCase } from '../../harness/world/processes/lines-of-case.ts';
import type { OutputLine } from '../../harness/world/settings.ts';
import { toJsonLines } from '../../history/json-lines.ts';
import type { Judgement } from '../../verdict/running/run.ts';

/** Write what the components printed, whole and by case, and the history of every case. */
export function keepOutput(directory: string, judgement: Judgement): void {
  for (const folder of ['histories', 'output']) mkdirSync(path.join(directory, folder), { recursive: true });
  const printed = judgement.world?.printed() ?? [];
  for (const { case: one, scene } of judgement.cases) {
    const name = `${one.check.name}${(one.check.rounds ?? 1) > 1 ? `.${one.round}` : ''}`;
    writeFileSync(path.join(directory, 'histories', `${name}.jsonl`), toJsonLines(scene.history()));
    const lines = linesOfCase(scene.history(), one.check.components, printed);
    writeFileSync(path.join(directory, 'output', `${name}.log`), text(lines, true));
  }
  for (const process of processesOf(judgement, printed)) {
    const lines = printed.filter((line) => line.process === process);
    writeFileSync(path.join(directory, `${process}.log`), text(lines, false));
  }
}

/** Those that printed, and the components that printed nothing in any process. */
function processesOf(judgement: Judgement, printed: readonly OutputLine[]): ReadonlySet<string> {
  const heard = new Set(printed.flatMap(({ components }) => components));
  const silent = judgement.cases
    .flatMap(({ case: one }) => one.check.components)
    .filter((name) => !heard.has(name));
  return new Set([...printed.map(({ process }) => process), ...silent]);
}

function text(lines: readonly OutputLine[], with_process: boolean): string {
  return lines
    .map(({ process, at_ms, text }) =>
      with_process ? `${(at_ms / 1000).toFixed(3)} ${process} | ${text}\n` : `${text}\n`,
    )
    .join('');
}
