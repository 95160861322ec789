import { cleanProject, type Leftovers } from '../../project/cleaning/clean.ts';
import { connect } from '../../project/connection.ts';
import { createNaming } from '../../targets/naming.ts';
import type { Output } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { targetOf } from '../running/settings.ts';
import { type ProjectOptions, requireProject } from './admission.ts';

/** The options of `conformance clean`, as commander gives them. */
export interface CleanOptions extends ProjectOptions {
  readonly target?: string;
  readonly plan?: boolean;
  readonly json?: boolean;
}

/** Runs `conformance clean` and returns the exit code. */
export async function clean(options: CleanOptions, output: Output): Promise<number> {
  const target = targetOf(options.target);
  const project = requireProject(target, options);
  const is_plan = options.plan === true;
  const clients = await connect(project);
  try {
    const naming = createNaming(target.names);
    const left = await cleanProject({ project, clients, target, naming }, is_plan);
    output.out(options.json === true ? leftoversJson(left) : leftoversText(project, left, is_plan));
    return EXIT.conforms;
  } finally {
    await clients.close();
  }
}

function leftoversJson({ subscriptions, documents, messages }: Leftovers): string {
  return `${JSON.stringify({ subscriptions, documents, messages: Object.fromEntries(messages) }, null, 2)}\n`;
}

function leftoversText(
  project: string,
  { subscriptions, documents, messages }: Leftovers,
  is_plan: boolean,
): string {
  const lines = [
    ...subscriptions.map((name) => `subscription ${name}`),
    ...documents.map((path) => `document ${path}, with everything below it`),
    ...[...messages].map(([name, count]) => `${count} ${count === 1 ? 'message' : 'messages'} of ${name}`),
  ];
  if (lines.length === 0) return `Judges have left nothing in ${project}.\n`;
  const said = is_plan ? 'Would be removed' : 'Removed';
  return `${said} from ${project}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
