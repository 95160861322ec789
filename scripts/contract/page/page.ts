import type { Contract } from '../contract.ts';
import { at } from '../json.ts';
import { flowDiagram } from './diagram/draw.ts';
import { escaped, prose } from './markup.ts';
import { componentParts, endpointParts, scheduleParts } from './parts/calls.ts';
import { messageParts, schemaParts, topicParts } from './parts/messages.ts';
import { type ChecksOf, checkParts, requirementParts } from './parts/requirements.ts';
import { SEARCH } from './search.ts';
import { STYLE } from './style.ts';

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
    ['schedules', 'Schedules', '', scheduleParts(document)],
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
