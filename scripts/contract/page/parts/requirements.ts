import { at, type JsonObject, membersOf } from '../../json.ts';
import { anchorOf, escaped, fact, linkTo, part, prose } from '../markup.ts';

/** Which checks test each requirement. */
export type ChecksOf = Readonly<Record<string, readonly string[]>>;

/** Write the requirements by area, each with links to its checks. */
export function requirementParts(document: JsonObject, checks: ChecksOf): string {
  const requirements = membersOf(document['x-requirements']);
  return membersOf(document['x-areas'])
    .map(([area, title]) => {
      const own = requirements.filter(([id]) => id.startsWith(`${area}-`));
      const parts = own.map(([id, one]) => {
        const body = [
          `<p>${prose(String(at(one, 'sentence') ?? ''))}</p><dl>`,
          fact('asked of', escaped(profileWords(document, String(at(one, 'profile'))))),
          fact('since', escaped(`contract ${String(at(one, 'since') ?? '')}`)),
          fact('source', escaped(String(at(one, 'source') ?? ''))),
          fact('checks', (checks[id] ?? []).map((check) => linkTo('check', check)).join(', ') || 'none'),
          '</dl>',
        ];
        const heading = `<code>${escaped(id)}</code> <span class="level">${escaped(String(at(one, 'level') ?? ''))}</span>`;
        return part('requirement', id, heading, body.join(''));
      });
      return own.length === 0
        ? ''
        : `<div class="group"><h3>${escaped(String(title))}</h3>${parts.join('')}</div>`;
    })
    .join('');
}

function profileWords(document: JsonObject, profile: string): string {
  const words = at(document, 'x-profiles', profile);
  return `whoever claims ${profile}${typeof words === 'string' ? `: ${words}` : ''}`;
}

/** Write the checks of the judge, each with the requirements that it tests and the command that runs it. */
export function checkParts(document: JsonObject, checks: ChecksOf): string {
  const known = membersOf(document['x-requirements']).map(([id]) => id);
  const names = [...new Set(known.flatMap((id) => checks[id] ?? []))];
  return names
    .map((name) => {
      const ids = known.filter((id) => checks[id]?.includes(name));
      const links = ids.map(
        (id) => `<a href="#${anchorOf('requirement', id)}"><code>${escaped(id)}</code></a>`,
      );
      const body = `<dl>${fact('tests', links.join(', '))}${fact('run it', `<code>npx conformance run --only ${escaped(name)}</code>`)}</dl>`;
      return part('check', name, `<code>${escaped(name)}</code>`, body);
    })
    .join('');
}
