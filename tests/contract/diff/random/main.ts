import { parseArgs } from 'node:util';
import { findingText } from '../../../../scripts/contract/diff/inclusion/finding.ts';
import { realContract } from '../../edited-contract.ts';
import { type Trial, tryEdits } from './trial.ts';

const PROGRESS_EVERY = 50;

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '2000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    samples: { type: 'string', default: '150' },
  },
});
const [edits, from, samples] = [Number(values.edits), Number(values.from), Number(values.samples)];
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 30));
const started = performance.now();
let disagreements = 0;
let messages = 0;
console.log(
  `${edits} random edits of the contract, rule against search, --seed ${seed}${from > 0 ? ` --from ${from}` : ''}`,
);
const counts = tryEdits(realContract().document, { seed, from, to: edits }, samples, (trial, number) => {
  messages += trial.searches.reduce((sum, search) => sum + search.tried, 0);
  tellDisagreements(trial, number);
  const done = number + 1 - from;
  if (done % PROGRESS_EVERY > 0) return;
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `  ${number + 1} of ${edits}: ${(done / seconds).toFixed(1)} edits a second, ${messages} messages, ${disagreements} disagreements; goes on with --seed ${seed} --from ${number + 1}`,
  );
});
for (const [kind, { refused, accepted, unknown }] of counts) {
  console.log(`${kind}: ${refused} refused, ${accepted} accepted, ${unknown} left to the search`);
}
console.log(
  `${edits - from} edits of ${counts.size} kinds, ${messages} messages, ${disagreements} disagreements, --seed ${seed}`,
);
process.exitCode = disagreements > 0 ? 1 : 0;

function tellDisagreements(trial: Trial, number: number): void {
  for (const search of trial.disagreements) {
    disagreements += 1;
    console.log(`DISAGREE ${trial.kind}, ${trial.where}; ${search.subject}, ${search.direction}`);
    console.log(`  rule ${search.expected}: ${trial.findings.map(findingText).slice(0, 3).join('; ')}`);
    console.log(
      `  search ${search.found === null ? `nothing in ${search.tried}` : JSON.stringify(search.found)}`,
    );
    console.log(`  again: npm run test:changes -- --seed ${seed} --from ${number} --edits ${number + 1}`);
  }
}
