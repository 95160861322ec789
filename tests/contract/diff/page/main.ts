import { readFileSync, writeFileSync } from 'node:fs';
import type { Change } from '../../../../scripts/contract/diff/model/change.ts';
import { shownMessages } from '../../../../scripts/contract/diff/output/words.ts';
import { compared } from '../compared.ts';
import { LISTED_EDITS } from './listed.ts';
import { UNASKED_EDITS } from './unasked.ts';

const PAGE = new URL('../../../../docs/contract-changes.md', import.meta.url);
const [BEGIN, END] = ['<!-- edits -->', '<!-- /edits -->'];
const MESSAGE_MAX = 110;

let disagreements = 0;
const rows = [...LISTED_EDITS, ...UNASKED_EDITS].map(({ name, edit }) => {
  const { changes, verdict, disagreements: found } = compared(edit, 300);
  disagreements += found.length;
  const change = changes.find((one) => one.verdict === verdict);
  return `| ${name} | ${verdict} | ${change === undefined ? '' : evidenceOf(change)} |`;
});
const table = [
  '| edit | verdict | the message that is refused, or the reason |',
  '|---|---|---|',
  ...rows,
].join('\n');
const text = readFileSync(PAGE, 'utf8');
const [head = '', rest = ''] = text.split(BEGIN);
writeFileSync(PAGE, `${head}${BEGIN}\n${table}\n${END}${rest.split(END)[1] ?? '\n'}`);
console.log(
  `${rows.length} edits, ${disagreements} disagreements of rule and search; docs/contract-changes.md is written`,
);
process.exitCode = disagreements > 0 ? 1 : 0;

/** The validator's problem with the message that shows the change; without one, how many messages passed, or the reason. */
function evidenceOf(change: Change): string {
  const shown = shownMessages(change).map(
    ({ title, shown: { problems } }) => `${title}: ${problems.map(code).join('; ')}`,
  );
  if (shown.length > 0) return shown.join('<br>');
  return cell(change.reason);
}

function code(problem: string): string {
  return `\`${cell(problem.length > MESSAGE_MAX ? `${problem.slice(0, MESSAGE_MAX)}…` : problem).replaceAll('`', "'")}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
