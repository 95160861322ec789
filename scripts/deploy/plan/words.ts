import type { Setting } from '../topology/resource.ts';
import type { Difference, Step } from './plan.ts';

const MARKS = { create: '+', change: '~', leave: '=', blocked: '!', destroy: '-' } as const;

/**
 * Say a plan in words: by stage, what would be created and changed, each by name, and how many are left as they are.
 *
 * @param title  what the plan is for, such as `nba-staging in us-west2`.
 */
export function planInWords(steps: readonly Step[], title: string): string {
  const stages = [...new Set(steps.map(({ resource }) => resource.stage))];
  const lines = stages.flatMap((stage) =>
    stageInWords(
      stage,
      steps.filter((step) => step.resource.stage === stage),
    ),
  );
  return [`Plan for ${title}`, ...lines, '', totalInWords(steps), ''].join('\n');
}

function stageInWords(stage: string, steps: readonly Step[]): readonly string[] {
  const told = steps.filter(({ action, note }) => action !== 'leave' || note !== null);
  const left = steps.filter(({ action }) => action === 'leave').length;
  return [
    '',
    stage,
    ...told.flatMap(stepInWords),
    ...(left === 0 ? [] : [`  ${MARKS.leave} leave ${left} as ${left === 1 ? 'it is' : 'they are'}`]),
  ];
}

function stepInWords({ action, resource, differences, note }: Step): readonly string[] {
  const { kind, name } = resource;
  return [
    `  ${MARKS[action]} ${action} ${kind} ${name}`,
    ...differences.map((difference) => `      ${differenceInWords(difference)}`),
    ...(action === 'blocked' ? [`      ${BLOCKED}`] : []),
    ...(note === null ? [] : [`      note: ${note}`]),
  ];
}

const BLOCKED = 'this cannot be changed in place: keep what it holds, delete it by hand, and deploy again';

/** Say one difference: `ack_deadline_seconds is 10, the contract says 60`. */
export function differenceInWords({ setting, is, wanted }: Difference): string {
  if (typeof wanted === 'string' && wanted.includes('\n')) return linesInWords(setting, is, wanted);
  return `${setting} is ${valueInWords(is)}, the contract says ${valueInWords(wanted)}`;
}

/** A statement is long: the first line that differs says enough. */
function linesInWords(setting: string, is: Setting, wanted: string): string {
  const there = String(is ?? '').split('\n');
  const lines = wanted.split('\n');
  const index = [...lines, ''].findIndex((line, at) => line !== there[at]);
  const one = (text: string | undefined): string => (text === undefined ? 'nothing' : text.trim());
  return `${setting} is another from line ${index + 1} on: ${one(there[index])}, the contract says ${one(lines[index])}`;
}

function valueInWords(value: Setting): string {
  return value === null ? 'not set' : String(value);
}

/** Count the steps by what happens: `12 to create, 1 to change, 80 to leave`. */
function totalInWords(steps: readonly Step[]): string {
  const count = (action: Step['action']): number => steps.filter((step) => step.action === action).length;
  const blocked = count('blocked');
  const total = `${count('create')} to create, ${count('change')} to change, ${count('leave')} to leave`;
  return blocked === 0 ? `${total}.` : `${total}, ${blocked} that cannot be changed.`;
}
