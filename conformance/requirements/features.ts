import type { RequirementId } from '../../generated/requirements.ts';
import { FEATURES, type FeatureName } from '../contract/names.ts';
import type { Target } from '../targets/description.ts';

/** What each feature is called, and the requirements that are about nothing else. */
const ABOUT: Readonly<
  Record<FeatureName, { readonly words: string; readonly requirements: readonly RequirementId[] }>
> = {
  sweep: {
    words: 'a sweep',
    requirements: ['FANIN-012', 'FANIN-014', 'FANIN-015', 'CASC-006', 'CASC-009', 'CASC-010'],
  },
  runs: {
    words: 'second runs of a date',
    requirements: ['MSG-009', 'IDEM-004', 'COORD-023', 'STATE-003'],
  },
};

/** Say why a requirement is not judged when it is about something that the target does not offer; else undefined. */
export function notOffered(
  { id }: { readonly id: string },
  { has }: Pick<Target, 'has'>,
): string | undefined {
  const lacking = FEATURES.filter((name) => !has[name] && ABOUT[name].requirements.some((one) => one === id));
  return lacking.length === 0 ? undefined : `not offered: ${featureWords(lacking)}`;
}

/** Name features in words, such as `a sweep and second runs of a date`. */
export function featureWords(names: readonly FeatureName[]): string {
  return names.map((name) => ABOUT[name].words).join(' and ');
}

/** List what a verdict on the target has to mention, in words: what it does not offer, and fields that it calls otherwise. */
export function shortfallOf({
  has,
  names,
}: Pick<Target, 'has'> & { readonly names: Pick<Target['names'], 'fields'> }): readonly string[] {
  const fields = Object.entries(names.fields).map(([contract, actual]) => `${contract} (called ${actual})`);
  return [
    ...FEATURES.filter((name) => !has[name]).map((name) => ABOUT[name].words),
    ...(fields.length === 0 ? [] : [`the contract's name of ${fields.join(', ')}`]),
  ];
}
