import type { Contract, ContractProblem } from './contract.ts';
import { asyncapiProblems, extensionProblems } from './form.ts';
import { anchorsOnDisk } from './records/anchors.ts';
import { frozenVersions } from './records/frozen.ts';
import { channelProblems } from './rules/channels.ts';
import { analyticsProblems } from './rules/platform/analytics.ts';
import { deploymentProblems } from './rules/platform/deployment.ts';
import { monitoringProblems } from './rules/platform/monitoring.ts';
import { scheduleProblems } from './rules/platform/schedules.ts';
import { processorProblems } from './rules/processors.ts';
import { requirementProblems, sourceProblems } from './rules/requirements.ts';
import { schemaProblems } from './rules/schemas.ts';
import { subscriptionProblems } from './rules/subscriptions.ts';

/** List everything that is wrong with a contract, by line. Form comes first: with a form error the house rules are not asked. */
export async function lintContract(contract: Contract): Promise<readonly ContractProblem[]> {
  const asyncapi = await asyncapiProblems(contract);
  return asyncapi.length > 0 ? byLine(asyncapi) : lintHouse(contract);
}

/** List what is wrong with the `x-` sections and under the house rules, for a contract that is valid AsyncAPI. */
export function lintHouse(contract: Contract): readonly ContractProblem[] {
  const extensions = extensionProblems(contract);
  if (extensions.length > 0) return byLine(extensions);
  const house = [
    ...channelProblems(contract),
    ...subscriptionProblems(contract),
    ...scheduleProblems(contract),
    ...deploymentProblems(contract),
    ...monitoringProblems(contract),
    ...processorProblems(contract),
    ...requirementProblems(contract, frozenVersions()),
    ...sourceProblems(contract, anchorsOnDisk),
    ...schemaProblems(contract),
  ];
  // It derives columns from schemas and topics, so these must be right.
  return byLine(house.length > 0 ? house : analyticsProblems(contract));
}

function byLine(problems: readonly ContractProblem[]): readonly ContractProblem[] {
  return [...problems].sort((one, other) => one.line - other.line);
}
