import { parseArgs } from 'node:util';
import { findingText } from '../../../../scripts/contract/diff/inclusion/finding.ts';
import { realContract } from '../../edited-contract.ts';
import { tryEdits } from './trial.ts';

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    samples: { type: 'string', default: '150' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 30));
const edits = Number(values.edits);
let disagreements = 0;
let messages = 0;
console.log(`${edits} random edits of the contract, rule against search, --seed ${seed}`);
const counts = tryEdits(realContract().document, edits, seed, Number(values.samples), (trial, made) => {
  messages += trial.searches.reduce((sum, search) => sum + search.tried, 0);
  for (const search of trial.disagreements) {
    disagreements += 1;
    console.log(
      `DISAGREE at edit ${made}: ${trial.kind}, ${trial.where}; ${search.subject}, ${search.direction}`,
    );
    console.log(`  rule ${search.expected}: ${trial.findings.map(findingText).slice(0, 3).join('; ')}`);
    console.log(
      `  search ${search.found === null ? `nothing in ${search.tried}` : JSON.stringify(search.found)}`,
    );
  }
});
for (const [kind, { refused, accepted, unknown }] of counts) {
  console.log(`${kind}: ${refused} refused, ${accepted} accepted, ${unknown} left to the search`);
}
console.log(
  `${edits} edits of ${counts.size} kinds, ${messages} messages, ${disagreements} disagreements, --seed ${seed}`,
);
process.exitCode = disagreements > 0 ? 1 : 0;
