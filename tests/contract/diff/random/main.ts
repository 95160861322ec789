import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { realContract } from '../../edited-contract.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { tryEdits } from './trial.ts';

const PROGRESS_EVERY = 50;
const MAIN = fileURLToPath(import.meta.url);

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '2000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    samples: { type: 'string', default: '150' },
    'at-once': { type: 'string', default: String(availableParallelism()) },
    step: { type: 'string' },
  },
});
const [edits, from, samples] = [Number(values.edits), Number(values.from), Number(values.samples)];
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 30));
const started = performance.now();
const counts = new Map<string, Record<'refused' | 'accepted' | 'unknown', number>>();
const early = new Map<number, Outcome>();
let next = from;
let disagreements = 0;
let messages = 0;

if (values.step === undefined) await tryBesideEachOther(Math.min(Number(values['at-once']), edits - from));
else tryOwnShare(Number(values.step));

/** A process of those beside each other: makes every nth edit, and tells the one that started it. */
function tryOwnShare(step: number): void {
  process.once('disconnect', () => process.exit(1));
  tryEdits(realContract().document, { seed, from, to: edits, step }, samples, (trial, number) =>
    process.send?.(outcomeOf(trial, number, seed)),
  );
  process.disconnect();
}

async function tryBesideEachOther(processes: number): Promise<void> {
  const from_text = from > 0 ? ` --from ${from}` : '';
  console.log(
    `${edits} random edits of the contract, rule against search, --seed ${seed}${from_text}, ${processes} at once`,
  );
  await Promise.all(Array.from({ length: processes }, (_, index) => ended(from + index, processes)));
  for (const [kind, { refused, accepted, unknown }] of counts) {
    console.log(`${kind}: ${refused} refused, ${accepted} accepted, ${unknown} left to the search`);
  }
  console.log(
    `${next - from} edits of ${counts.size} kinds, ${messages} messages, ${disagreements} disagreements, --seed ${seed}`,
  );
  process.exitCode = disagreements > 0 || next < edits ? 1 : 0;
}

function ended(first: number, step: number): Promise<void> {
  const options = { seed, samples, edits, from: first, step };
  const child = fork(
    MAIN,
    Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    { execArgv: ['--import', 'tsx'] },
  );
  child.on('message', (outcome: Outcome) => {
    early.set(outcome.number, outcome);
    for (let due = early.get(next); due !== undefined; due = early.get(next)) tell(due);
  });
  return new Promise((resolve) => child.once('close', () => resolve()));
}

/** Count and print what came of an edit, in the order of the edits. */
function tell({ number, kind, tried, expected, disagreed }: Outcome): void {
  early.delete(number);
  next = number + 1;
  messages += tried;
  disagreements += disagreed.length;
  const count = counts.get(kind) ?? { refused: 0, accepted: 0, unknown: 0 };
  for (const outcome of expected) count[outcome] += 1;
  counts.set(kind, count);
  for (const text of disagreed) console.log(text);
  const done = next - from;
  if (done % PROGRESS_EVERY > 0) return;
  const rate = (done / ((performance.now() - started) / 1000)).toFixed(1);
  console.log(
    `  ${next} of ${edits}: ${rate} edits a second, ${messages} messages, ${disagreements} disagreements; goes on with --seed ${seed} --from ${next}`,
  );
}
