import type { Contract } from '../contract.ts';
import { at } from '../json.ts';
import { flowDiagram } from './diagram/draw.ts';
import { escaped, PALETTE, prose } from './markup.ts';
import { componentParts, endpointParts, schedulerJobParts } from './parts/calls.ts';
import { messageParts, schemaParts, topicParts } from './parts/messages.ts';
import { type ChecksOf, checkParts, requirementParts } from './parts/requirements.ts';

/** Write a contract as one page for people; it asks for nothing from a network, and no text of the contract becomes markup. */
export function contractPage(contract: Contract, checks: ChecksOf): string {
  const { document, version, hash } = contract;
  const title = `${String(at(document, 'info', 'title') ?? 'Contract')} ${version}`;
  const sections: readonly (readonly [string, string, string, string])[] = [
    [
      'flow',
      'Flow',
      'Components on the left, topics in the middle, dead letters on the right.',
      flow(contract),
    ],
    ['topics', 'Topics', '', topicParts(document)],
    ['messages', 'Messages', '', messageParts(document)],
    ['components', 'Components', '', componentParts(document)],
    ['endpoints', 'Endpoints', '', endpointParts(document)],
    ['schedules', 'Scheduler jobs', '', schedulerJobParts(document)],
    ['requirements', 'Requirements', '', requirementParts(document, checks)],
    [
      'checks',
      'Checks',
      'The cases by which the judge tests the requirements.',
      checkParts(document, checks),
    ],
    [
      'schemas',
      'Schemas',
      'Bodies of calls, documents of the store, and what several share.',
      schemaParts(document),
    ],
  ];
  const links = sections.map(([id, name]) => `<a href="#${id}">${name}</a>`).join('');
  const bodies = sections.map(
    ([id, name, about, body]) =>
      `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${about === '' ? '' : `<p class="soft">${about}</p>`}${body}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<a class="skip" href="#content">To the content</a>
<header><h1>${escaped(title)}</h1><p>${prose(String(at(document, 'info', 'description') ?? ''))}</p>
<p class="soft">Written from <code>${escaped(contract.file)}</code>, sha256 <code>${escaped(hash)}</code>.</p></header>
<div class="bar"><div><search><label for="search">Search </label><input id="search" type="search" autocomplete="off" placeholder="such as attempt, or a name" aria-describedby="found"></search>
<output id="found" for="search" role="status"></output><nav aria-label="Sections">${links}</nav></div></div>
<main id="content" tabindex="-1"><p id="nothing" class="nothing" hidden>No part has all of these words.</p>
${bodies.join('\n')}
</main><script>${SEARCH}</script></body></html>
`;
}

function flow({ document }: Contract): string {
  return `<div class="part scroll" role="region" aria-label="Diagram of the flow" tabindex="0">${flowDiagram(document)}</div>`;
}

/** The style sheet of the page: usable on a phone, by night and on paper. */
const STYLE = `
${PALETTE}
html { scroll-padding-top: 5.5rem } body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header, main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.2rem } h1 { font-size: 1.7rem; line-height: 1.25; margin: .5rem 0 }
h2 { font-size: 1.35rem; margin: 2.2rem 0 .4rem; padding-top: .4rem; border-top: 2px solid var(--line) } h3 { font-size: 1.05rem; margin: 0 0 .3rem; overflow-wrap: anywhere }
h4 { font-size: .95rem; margin: .8rem 0 .2rem } p { margin: .3rem 0; max-width: 80ch; overflow-wrap: anywhere } .soft, dt, caption, small { color: var(--soft) }
a { color: var(--work) } code { font: .92em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere }
:focus-visible { outline: 3px solid var(--work); outline-offset: 2px; border-radius: 3px }
.skip { position: absolute; left: -999rem } .skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); z-index: 3 }
.bar { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line) }
.bar > div { max-width: 76rem; margin: 0 auto; padding: .5rem 1.2rem; display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center }
.bar input { font: inherit; color: inherit; background: var(--code); border: 1px solid var(--soft); border-radius: .3rem; padding: .25rem .6rem; width: min(22rem, 100%) } ::placeholder { color: var(--soft); opacity: 1 }
.bar nav { display: flex; flex-wrap: wrap; gap: .1rem .9rem } .bar output { color: var(--soft); font-size: .9rem }
.part { border: 1px solid var(--line); border-radius: .4rem; padding: .7rem 1rem; margin: .7rem 0 } .part:target { border-color: var(--work); box-shadow: 0 0 0 2px var(--work) }
dl { margin: .4rem 0 } dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 .8rem } dd { margin: 0; overflow-wrap: anywhere }
.scroll { overflow-x: auto; margin: .4rem 0 } table { border-collapse: collapse; width: 100%; font-size: .93rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line) } thead th { background: var(--code) }
tbody th { font-weight: normal; white-space: nowrap } td { min-width: 8rem } pre { background: var(--code); padding: .7rem; overflow: auto; border-radius: .3rem; font-size: .85rem; margin: .4rem 0 }
summary { cursor: pointer } .level { font-size: .85rem; color: var(--soft); font-weight: normal } ul { margin: .2rem 0; padding-left: 1.2rem }
[hidden] { display: none !important } .nothing { padding: 2rem 0; font-size: 1.1rem }
.flow { display: block; min-width: 62rem; width: 100%; height: auto; font: 13px system-ui, sans-serif } .flow text { fill: var(--ink) } .flow .faint { fill: var(--soft); font-size: 11.5px }
.flow .box { fill: var(--code); stroke: var(--soft) } .flow .topic { fill: var(--paper); stroke: var(--work); stroke-width: 1.5 } .flow .dead { fill: var(--paper); stroke: var(--breaking); stroke-dasharray: 5 3 }
.flow .name { font-weight: 600 } .flow path { fill: none; stroke: var(--work); stroke-width: 1.5 } .flow .lost { stroke: var(--breaking); stroke-dasharray: 5 3 }
.flow .tip { fill: var(--work); stroke: none } .flow .lost-tip { fill: var(--breaking); stroke: none } .flow a { text-decoration: none } .flow a:hover .name { text-decoration: underline }
.flow a:focus-visible { outline: 3px solid var(--work) }
search { display: flex; flex-wrap: wrap; gap: .2rem .5rem; align-items: center } .group:not(:has(.part:not([hidden]))) { display: none }
@media (max-width: 40rem) { thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tr, tbody th, td { display: block; border: 0; padding: .1rem 0; white-space: normal } tr { border-bottom: 1px solid var(--line); padding: .4rem 0 } tbody th { font-weight: 600 }
  td:empty { display: none } td::before { content: attr(data-label) ': '; color: var(--soft) } }
@media (max-width: 40rem) { dl > div { grid-template-columns: 1fr } dd { margin-bottom: .3rem } .bar { position: static } html { scroll-padding-top: .5rem } }
@media print { .bar { display: none } .part { break-inside: avoid } .scroll { overflow: visible } }
`;

/**
 * What the search box does: parts without all of its words are hidden, and so is a section without any part that is left. A part that
 * is linked is shown whatever the box says. The key / goes to the box and Escape empties it. No text of the contract is in here.
 */
const SEARCH = `
const box = document.getElementById('search');
const told = document.getElementById('found');
const parts = [...document.querySelectorAll('.part')].map((part) => ({ part, text: part.textContent.toLowerCase() }));
function filter() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { part, text } of parts) {
    part.hidden = !words.every((word) => text.includes(word));
    if (!part.hidden) shown += 1;
  }
  for (const section of document.querySelectorAll('main > section')) {
    section.hidden = words.length > 0 && section.querySelector('.part:not([hidden])') === null;
  }
  document.getElementById('nothing').hidden = shown > 0;
  const top = document.querySelector('header').offsetHeight;
  if (words.length > 0 && scrollY > top) scrollTo(0, top);
  told.textContent = words.length === 0 ? '' : shown + ' of ' + parts.length + ' parts';
}
function show() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null || target.closest('[hidden]') === null) return;
  box.value = '';
  filter();
  target.scrollIntoView();
}
box.addEventListener('input', filter);
addEventListener('hashchange', show);
addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== box) { event.preventDefault(); box.focus(); }
  if (event.key === 'Escape' && document.activeElement === box) { box.value = ''; filter(); }
});
filter();
`;
