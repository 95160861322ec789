import { areaName, byArea } from '../../reports/areas.ts';
import { escapeMarkup } from '../../reports/html/escape.ts';
import { failureSections } from '../../reports/html/failures.ts';
import { pageAround } from '../../reports/html/page.ts';
import type { Verified } from '../verify.ts';
import { factsOfCertificate, signatureWords, verdictWords } from './words.ts';

/** Write one page about one certificate: the verdict, who vouches for it, its facts, a row per area, situations, failures. */
export function certificateSummary(verified: Verified): string {
  const { certificate, result } = verified;
  const title = verdictWords(certificate);
  const situations = result.situations.filter(({ never_in }) => never_in.length > 0);
  return pageAround({
    title,
    product: 'Certificate of conformance',
    skip_to: { id: 'areas', name: 'areas' },
    header: [
      `<section class="overview ${certificate.verdict === 'conforms' ? 'is-good' : 'is-bad'}">`,
      `<h1>${escapeMarkup(title)}</h1>`,
      `<p class="facts">${escapeMarkup(signatureWords(verified))}</p>`,
      '</section>',
      '<table><caption class="hidden">Facts of the certificate</caption><tbody>',
      ...factsOfCertificate(certificate).map(
        ([name, words]) =>
          `<tr><th scope="row">${escapeMarkup(name)}</th><td>${escapeMarkup(words)}</td></tr>`,
      ),
      '</tbody></table>',
    ],
    main: [
      ...areaSection(verified),
      `<p>${result.situations.length - situations.length} of ${result.situations.length} situations occurred in the first run in each check that is about them${situations.length === 0 ? '.' : `; not everywhere: ${escapeMarkup(situations.map(({ name }) => name).join(', '))}.`}</p>`,
      ...failureSections([result]),
    ],
  });
}

function areaSection({ certificate: { requirements } }: Verified): readonly string[] {
  const kinds = ['passed', 'failed', 'not_applicable', 'not_judged'] as const;
  return [
    '<section id="areas" aria-labelledby="areas-title" tabindex="-1">',
    '<h2 id="areas-title">Requirements by area</h2>',
    '<div class="scroll" role="region" aria-labelledby="areas-title" tabindex="0"><table>',
    `<thead><tr><th scope="col">area</th>${['passed', 'failed', 'not applicable', 'not judged'].map((kind) => `<th scope="col">${kind}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...[...byArea(requirements, ({ id }) => id)].map(
      ([area, entries]) =>
        `<tr><th scope="row">${escapeMarkup(areaName(area))}</th>${kinds.map((kind) => `<td>${entries.filter(({ result }) => result === kind).length}</td>`).join('')}</tr>`,
    ),
    '</tbody></table></div>',
    '</section>',
  ];
}
