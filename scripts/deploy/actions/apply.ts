import { deployedComponents } from '../../generate/cloud.ts';
import { type Artefacts, readArtefacts } from '../execution/artefacts.ts';
import { callInWords, carryOut, type Means, type Outcome } from '../execution/carry-out.ts';
import { RefusedError } from '../execution/errors.ts';
import { callsOf } from '../gcloud/arguments.ts';
import { changesOf, plan, type Step } from '../plan/plan.ts';
import { planInWords } from '../plan/words.ts';
import type { Topology } from '../topology/contract.ts';
import { emailOf, type Named } from '../topology/place.ts';
import { compareEmpty, compareProject, fallBackNames } from './project.ts';

/** What `apply` is asked. */
export interface ApplyRequest {
  readonly project: string;
  readonly region: string;
  /** Say what would happen and do nothing. */
  readonly plan_only: boolean;
  /** Plan for a project in which there is nothing, and ask nobody. */
  readonly assume_empty: boolean;
  /** The folder with the built code, a folder per component. */
  readonly artefacts: string;
  readonly named: Named;
}

/**
 * Bring a project to what the contract wants: print the plan, then carry it out step by step.
 *
 * @returns 0 when everything is as wanted or only the plan was asked for, 1 when a step failed or cannot be done.
 * @throws {GcloudError} when the project cannot be read; {RefusedError} when something is not built.
 */
export async function apply(request: ApplyRequest, topology: Topology, means: Means): Promise<number> {
  const { say, gcloud } = means;
  const artefacts = readArtefacts(request.artefacts, deployedComponents(topology));
  const { place, wanted, live } = request.assume_empty
    ? compareEmpty(topology, request, artefacts.digests, request.named)
    : await compareProject(gcloud, topology, request, artefacts.digests, request.named);
  const paused = fallBackNames(topology);
  const steps = plan(wanted, live, paused);
  say(planInWords(steps, `${request.project} in ${request.region}`));
  if (isSilent(steps)) say(SILENT);
  if (changesOf(steps).some(({ resource: { kind } }) => kind === 'table')) say(COSTS);
  if (request.plan_only) {
    if (artefacts.missing.length > 0)
      say(`Nothing is said about code that is not built: ${artefacts.missing.join(', ')}.`);
    return 0;
  }
  if (steps.some(({ action }) => action === 'blocked')) {
    say('Nothing was done: what is marked with ! must be settled by hand first.');
    return 1;
  }
  const changes = changesOf(steps);
  if (changes.length === 0) {
    say('Nothing to do.');
    return 0;
  }
  requireBuilt(changes, artefacts);
  const builder = emailOf(topology.deployment.identities.build.service_account, place);
  const { database } = topology.deployment.firestore;
  const dataset = topology.warehouse.dataset ?? '';
  const groups = groupSteps(changes).map((group) =>
    callsOf(group, { place, database, dataset, artefacts, builder, paused }),
  );
  const outcome = await carryOut(groups, means);
  say(outcomeInWords(outcome, changes.length));
  return outcome.failure === null ? 0 : 1;
}

/** Tells whether an alert policy would notify nobody: none is named, and there is none from before. */
function isSilent(steps: readonly Step[]): boolean {
  return steps.some(
    ({ resource, there }) =>
      resource.kind === 'alert policy' &&
      !(resource.settings['notification_channels'] ?? there?.settings['notification_channels']),
  );
}

const SILENT =
  'Alert policies have no notification channel and notify nobody: name channels with --notification-channels.\n';

const COSTS =
  'BigQuery costs money for what it keeps and for what each question reads: docs/analytics.md says how much that is.\n';

function requireBuilt(changes: readonly Step[], artefacts: Artefacts): void {
  const missing = changes
    .filter(({ resource }) => artefacts.missing.includes(resource.name))
    .map(({ resource }) => resource.name);
  if (missing.length === 0) return;
  throw new RefusedError(
    `expected built code in ${missing.map((name) => artefacts.directory(name)).join(', ')}, found none; run \`npm run build\` and deploy again`,
  );
}

/** Groups steps that may run side by side: those of one stage and kind, and grants on subscriptions apart. */
function groupSteps(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const { stage, kind, settings } = step.resource;
    const key = `${stage} ${kind} ${kind === 'grant' ? settings['on_kind'] : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()];
}

function outcomeInWords({ done, failure, failed, open }: Outcome, total: number): string {
  if (failure === null) return `\nDone: ${done.length} of ${total}.`;
  const next = open[0]?.resource;
  return [
    '',
    `Stopped: ${callInWords(failure.call)} failed. ${failure.call.request === undefined ? 'gcloud' : 'BigQuery'} says:`,
    ...failure.complaint.split('\n').map((line) => `    ${line}`),
    '',
    `  done       ${done.length} of ${total}; they stay as they are`,
    `  failed     ${failed.length}; look at the message above, it may be done in part`,
    `  not begun  ${open.length}${next === undefined ? '' : `, the next would be ${next.kind} ${next.name}`}`,
    '',
    'Put right what it complains about and run the same command again: it reads the project anew, leaves what is done',
    'and goes on from here.',
    ...(failure.call.args.includes('pause') ? [STILL_ON] : []),
  ].join('\n');
}

/** A scheduler job that was made and could not be paused is there at the next run, and looks as if somebody had wanted it on. */
const STILL_ON = 'What could not be paused runs: `npm run deploy -- fallback off` pauses it.';
