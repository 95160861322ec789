import type { Change } from '../model/change.ts';
import type { Plan, Step } from './steps.ts';

const CONTRACTS: Readonly<Record<Step['contract'], string>> = {
  old: 'the old contract',
  bridge: 'the contract between the two',
  new: 'the new contract',
};

/** Write a rollout for a terminal. */
export function planText(plan: Plan, changes: readonly Change[]): string {
  const beside = changes.filter((change) => change.searches.length === 0 && change.how !== null);
  const hand =
    beside.length === 0
      ? []
      : [
          '',
          'Beside the payloads, and proved by no message:',
          ...beside.map((change) => `  - ${change.what}. ${change.how}`),
        ];
  if (plan.impossible !== null) return [`NO ROLLOUT  ${plan.impossible}`, ...hand].join('\n');
  if (plan.steps.every((step) => step.components.length === 0))
    return ['ROLLOUT  No payload changes.', ...hand].join('\n');
  const bridge =
    plan.bridge === null
      ? []
      : [
          '',
          'The contract between the two: senders write both forms, and receivers take either (`--bridge FILE` writes it).',
        ];
  return ['ROLLOUT', ...plan.steps.flatMap(stepLines), ...bridge, ...hand].join('\n');
}

function stepLines(step: Step, index: number): readonly string[] {
  const { contract, who, components, wait, proof } = step;
  const tried = proof.reduce((sum, search) => sum + search.tried, 0);
  const what = {
    everybody: `deploy, in any order, with ${CONTRACTS[contract]}`,
    receivers: `let them take messages by ${CONTRACTS[contract]}, while they still send as before`,
    senders: `let them send by ${CONTRACTS[contract]}`,
  }[who];
  return [
    `  ${index + 1}. ${components.join(', ')}: ${what}`,
    ...(wait === null ? [] : [`     before: wait ${wait}`]),
    `     proved: ${proof.length} comparisons, ${tried} messages tried, none refused`,
  ];
}
