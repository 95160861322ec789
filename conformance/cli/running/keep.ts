import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toJsonLines } from '../../harness/history/json-lines.ts';
import type { Judgement } from '../../verdict/judge.ts';

/** Write what the components printed, and the history of every case. */
export function keepOutput(directory: string, judgement: Judgement): void {
  mkdirSync(path.join(directory, 'histories'), { recursive: true });
  for (const { case: one, scene } of judgement.runs) {
    const file = `${one.check.name}${(one.check.rounds ?? 1) > 1 ? `.${one.round}` : ''}.jsonl`;
    writeFileSync(path.join(directory, 'histories', file), toJsonLines(scene.history()));
  }
  const components = new Set(judgement.runs.flatMap(({ case: one }) => one.check.components));
  for (const name of components) {
    const lines = judgement.world?.component(name).output() ?? [];
    writeFileSync(path.join(directory, `${name}.log`), lines.map((line) => `${line}\n`).join(''));
  }
}
