import { escapeMarkup } from '../../reports/html/escape.ts';
import { failureSections } from '../../reports/html/failures.ts';
import { columnName } from '../../reports/html/names.ts';
import { pageAround } from '../../reports/html/page.ts';
import { requirementTable } from '../../reports/html/table.ts';
import type { Verified } from '../verify.ts';
import { plain } from './plain.ts';
import { signatureWords, verdictWords } from './words.ts';

/** A file of a folder of certificates: accepted, or refused with its reason. */
export type ReadCertificate =
  | { readonly file: string; readonly verified: Verified }
  | { readonly file: string; readonly refused: string };

/** Write a page of implementations: a column for each accepted certificate, a row for each requirement; refused ones by name. */
export function implementationsPage(files: readonly ReadCertificate[]): string {
  const accepted = files.flatMap((one) => ('verified' in one ? [one] : []));
  const refused = files.flatMap((one) => ('refused' in one ? [one] : []));
  const results = accepted.map(({ verified }) => verified.result);
  const title = `${accepted.length} ${accepted.length === 1 ? 'implementation' : 'implementations'} by requirements`;
  return pageAround({
    title,
    product: 'Certificates of conformance',
    skip_to: { id: 'requirements', name: 'requirements' },
    header: [
      `<h1>${title}</h1>`,
      '<div class="overviews is-many">',
      ...accepted.map(({ file, verified }, place) =>
        [
          `<section class="overview ${verified.certificate.verdict === 'conforms' ? 'is-good' : 'is-bad'}">`,
          `<h2>${escapeMarkup(plain(columnName(results, verified.certificate.target.name, place)))}</h2>`,
          `<p>${escapeMarkup(verdictWords(verified.certificate))}</p>`,
          `<p class="facts">${escapeMarkup(signatureWords(verified))} ${escapeMarkup(file)}, made ${verified.certificate.made_at}.</p>`,
          '</section>',
        ].join('\n'),
      ),
      '</div>',
      ...refused.map(
        ({ file, refused: why }) =>
          `<p class="notice"><strong>Refused:</strong> ${escapeMarkup(plain(`${file}: ${why}`))}</p>`,
      ),
    ],
    main: [...requirementTable(results), ...failureSections(results)],
  });
}
