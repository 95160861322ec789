import type { Finding } from './finding.ts';

/** What a command must be told beside the finding. */
export interface CommandContext {
  readonly game_date: string;
  readonly run: number;
  /** The project, where the command needs it by flag. */
  readonly project?: string | undefined;
}

/** Give the arguments of the `pipeline` command that a finding asks for, whole; null when there is nothing to run. */
function nextArguments({ next }: Finding, context: CommandContext): readonly string[] | null {
  if (next === null) return null;
  const { game_date, run, project } = context;
  const has_date = next[0] !== 'dead-letters' && next[1] !== 'sweep';
  const of_run = run === 1 || next[0] === 'rerun' ? [] : ['--run', String(run)];
  const args = has_date ? [...next, '--date', game_date, ...of_run] : next;
  return [...args, ...(project === undefined ? [] : ['--project', project])];
}

/** Write the command that a finding asks for, as an operator pastes it; null when there is nothing to run. */
export function nextCommand(finding: Finding, context: CommandContext): string | null {
  const args = nextArguments(finding, context);
  return args === null ? null : ['npx', 'pipeline', ...args].join(' ');
}
