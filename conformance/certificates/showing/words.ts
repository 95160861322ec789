import { listed } from '../../reports/sentences.ts';
import { shortfallOf } from '../../requirements/features.ts';
import type { Certificate } from '../certificate.ts';
import type { Verified } from '../verify.ts';
import { plain } from './plain.ts';

/** Say what a certificate attests. */
export function verdictWords({ target, verdict, selection, requirements }: Certificate): string {
  const count = (result: string): number => requirements.filter((entry) => entry.result === result).length;
  const is_part = selection.only.length + selection.profiles.length > 0;
  const part = is_part ? ' in what was selected' : '';
  const lacking = shortfallOf({ has: target.has, names: { fields: target.fields } });
  const without = lacking.length === 0 ? '' : `, without ${listed(lacking)}`;
  const said = {
    conforms: `conforms${part}${without}`,
    does_not_conform: `does not conform${part}`,
    incomplete: `shows no broken promise that counts${part}, and was not judged wholly`,
  };
  const names = {
    passed: 'passed',
    failed: 'failed',
    not_applicable: 'not applicable',
    not_judged: 'not judged',
  };
  const numbers = Object.entries(names).map(([result, words]) => `${count(result)} ${words}`);
  return plain(`${target.name} ${said[verdict]}: ${numbers.join(', ')}.`);
}

/** Say who vouches for a certificate. */
export function signatureWords({ signature }: Pick<Verified, 'signature'>): string {
  switch (signature.kind) {
    case 'unsigned':
      return 'UNSIGNED: nobody vouches for the histories; only that the verdicts follow from them was checked.';
    case 'signed':
      return `Signed with key ${signature.keyid}; whose it is was not checked, name one that you trust with --key.`;
    case 'trusted':
      return `Signed with the key that you named, ${signature.keyid.slice(0, 16)}.`;
  }
}

/** Give the facts of a certificate, each with its name. */
export function factsOfCertificate(certificate: Certificate): readonly (readonly [string, string])[] {
  const { contract, judge, target, cloud, runs, made_at, histories, selection } = certificate;
  const selected = [...selection.only, ...selection.profiles];
  const cases = runs.reduce((sum, run) => sum + run.cases.length, 0);
  const events = runs.reduce((sum, run) => sum + run.cases.reduce((all, one) => all + one.events, 0), 0);
  const digests = [
    ...target.files,
    ...target.components.flatMap(({ files, image }) => [...files, ...(image === null ? [] : [image])]),
  ];
  const known = target.known_differences.map(({ requirement, reason }) => `${requirement} (${reason})`);
  const declared = target.components.flatMap(({ name, declared: words }) =>
    words === null ? [] : [`${name}: ${words}`],
  );
  const unique = [...new Set(digests.map(({ name, sha256 }) => `${name} ${sha256.slice(0, 12)}`))];
  const facts: readonly (readonly [string, string])[] = [
    ['made', made_at],
    ['selected', selected.length === 0 ? 'everything that the target claims' : selected.join(', ')],
    ['contract', `${contract.version} (${contract.hash.slice(0, 12)})`],
    ['judge', `${judge.version} (${judge.hash.slice(0, 12)})`],
    ['claims', `${target.profiles.join(', ')}; contract ${target.contract}`],
    ['components', target.components.map(({ name }) => name).join(', ')],
    ['program', unique.length === 0 ? 'no file and no image is known' : unique.join(', ')],
    ...(declared.length === 0 ? [] : [['declared', declared.join('; ')] as const]),
    ['known differences', known.length === 0 ? 'none' : known.join('; ')],
    ['runs', runs.map(runWords).join('; ')],
    [
      'histories',
      `${cases} cases with ${events} events on the ${cloud} cloud, ${sizeWords(histories.bytes)} before compression`,
    ],
  ];
  return facts.map(([name, words]) => [name, plain(words)]);
}

function runWords({ seed, deep_minutes, cut_short, given_up }: Certificate['runs'][number]): string {
  return [
    `seed ${seed}`,
    ...(deep_minutes === null ? [] : [`explored for ${deep_minutes} minutes`]),
    ...(cut_short === null ? [] : [cut_short]),
    ...(given_up.length === 0 ? [] : [`without ${given_up.length} of its cases`]),
  ].join(', ');
}

/** Say how many bytes there are. */
export function sizeWords(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
