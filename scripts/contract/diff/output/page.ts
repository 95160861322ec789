import { escaped, PALETTE } from '../../page/markup.ts';
import type { Comparison } from '../compare.ts';
import type { Change } from '../model/change.ts';
import { countText, lineText, partiesText, shownMessages, triedText } from './words.ts';

const STYLE = `
${PALETTE} body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; font: 16px/1.5 system-ui, sans-serif;
  color: var(--ink); background: var(--paper) }
h1 { font-size: 1.5rem } h2 { font-size: 1.05rem; margin: 0 0 .5rem; overflow-wrap: anywhere } p.soft, dt { color: var(--soft) }
article { border: 1px solid var(--line); border-left: .4rem solid var(--kind); border-radius: .3rem; padding: 1rem; margin: 1rem 0 }
.verdict { color: var(--kind); font-weight: 600 } dl { display: grid; grid-template-columns: 6rem 1fr; gap: .3rem .8rem; margin: 0 }
dd { margin: 0; overflow-wrap: anywhere } pre { background: var(--code); padding: .7rem; overflow: auto; border-radius: .3rem; font-size: .85rem }
summary { cursor: pointer } summary:focus-visible { outline: 2px solid currentColor }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr } dt { margin-top: .4rem } }`;

const KINDS: Readonly<Record<Change['verdict'], string>> = {
  breaking: 'breaking',
  'needs an order': 'order',
  compatible: 'compatible',
  documentation: 'documentation',
};

/** Write a comparison as one page for people; it asks for nothing from a network. */
export function comparisonPage(comparison: Comparison, seed: number): string {
  const { old, fresh, changes, disagreements } = comparison;
  const title = `Contract ${old.version} to ${fresh.version}`;
  const fault =
    disagreements.length > 0
      ? `<p class="verdict" style="--kind: var(--breaking)">Rule and search disagree in ${disagreements.length} places. That is a fault of the tool.</p>`
      : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body><main>
<h1>${escaped(title)}</h1>
<p class="soft">${escaped(old.file)} and ${escaped(fresh.file)}: ${escaped(countText(changes))}. Messages were drawn with seed ${seed}.</p>${fault}
${changes.map((change) => articleOf(comparison, change)).join('\n')}
</main></body></html>
`;
}

function articleOf(comparison: Comparison, change: Change): string {
  const row = (name: string, text: string): string =>
    text === '' ? '' : `<dt>${name}</dt><dd>${escaped(text)}</dd>`;
  const messages = shownMessages(change).map(
    ({ title, shown }) =>
      `<details><summary>${escaped(title)}: ${escaped(shown.problems.join('; '))}</summary><pre tabindex="0">${escaped(JSON.stringify(shown.message, null, 2))}</pre></details>`,
  );
  return `<article style="--kind: var(--${KINDS[change.verdict]})"><h2>${escaped(change.what)}</h2><p class="verdict">${change.verdict}</p><dl>${row('where', lineText(comparison, change))}${row('affects', partiesText(change.affected))}${row('because', change.reason)}${row('do', change.how ?? '')}${row('proof', triedText(change))}</dl>${messages.join('')}</article>`;
}
