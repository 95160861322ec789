/** One block of commands of a page, and what the page says that they print. */
export interface Step {
  /** Line of the page at which the block begins. */
  readonly line: number;
  /** The last scene that the page has named before it. */
  readonly scene: string;
  /** Counts the scene comments of the page, since the same scene may be set up twice. */
  readonly scene_number: number;
  readonly commands: readonly string[];
  /** Lines that must come in this order; `…` stands for anything within a line. */
  readonly expected: readonly string[];
  /** Exit code of the last command; the others end with 0. */
  readonly exit_code: number;
}

/**
 * Read the steps of a page of docs/operating.
 *
 * A scene is named by a comment, `<!-- scene: lost-trigger -->`. A block fenced as `sh` holds commands, and a block fenced as
 * `text` must follow it with an excerpt of what they print; a last line `exit code N` there says with what they end.
 *
 * @throws {Error} naming the line, for commands without an excerpt or without a scene.
 */
export function readSteps(page: string): readonly Step[] {
  const lines = page.split('\n');
  const steps: Step[] = [];
  let scene = '';
  let scene_number = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const named = /^<!-- scene: ([\w-]+) -->$/.exec(line)?.[1];
    if (named !== undefined) {
      scene = named;
      scene_number += 1;
    }
    if (line !== '```sh') continue;
    const block = fenced(lines, at);
    const text = nextBlock(lines, block.end);
    if (scene === '') throw new Error(`line ${at + 1}: a scene must be named before the first command`);
    if (text === undefined) throw new Error(`line ${at + 1}: no text block says what these commands print`);
    const end = /^exit code (\d+)$/.exec(text.at(-1) ?? '');
    steps.push({
      line: at + 1,
      scene,
      scene_number,
      commands: joinContinued(block.lines),
      expected: end === null ? text : text.slice(0, -1),
      exit_code: Number(end?.[1] ?? 0),
    });
    at = block.end;
  }
  return steps;
}

/** What kind of command a line is; `undefined` for one that no test can run. */
export function classify(command: string): 'pipeline' | 'serve' | 'exports' | 'deploy' | undefined {
  if (/^npx pipeline serve( |$)/.test(command)) return 'serve';
  if (/^npx pipeline [a-z]/.test(command)) return 'pipeline';
  if (/^\. \.\/\S+$/.test(command)) return 'exports';
  if (/^(npm run (deploy|drift)( |$)|gcloud )/.test(command)) return 'deploy';
  return undefined;
}

/**
 * List the commands that a page names within its sentences, such as `trigger sweep`, with their subcommand and its first
 * argument only.
 */
export function readMentions(page: string): readonly string[] {
  const prose = page.replace(/^```[\s\S]*?^```$/gm, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return spans.flatMap((span) => {
    const named =
      /^(?:npx pipeline )?(status|trace|trigger|rerun|dead-letters|backfill|serve)(?: ([\w-]+))?(?= |$)/.exec(
        span,
      );
    if (named === null) return /^(npm|gcloud) /.test(span) ? [span.split(' ').slice(0, 3).join(' ')] : [];
    const [, command = '', argument] = named;
    const hasVerb = command === 'trigger' || command === 'dead-letters';
    return [hasVerb && argument !== undefined ? `${command} ${argument}` : command];
  });
}

/** Find the first expected line that the output does not have after the ones before it; undefined when all are there. */
export function firstMissing(expected: readonly string[], output: string): string | undefined {
  let rest = output;
  return expected.find((line) => {
    const pattern = line.trim().split('…').map(escapePattern).join('[^\n]*');
    const found = new RegExp(pattern).exec(rest);
    if (found === null) return true;
    rest = rest.slice(found.index + found[0].length);
    return false;
  });
}

function fenced(
  lines: readonly string[],
  start: number,
): { readonly lines: readonly string[]; readonly end: number } {
  const end = lines.indexOf('```', start + 1);
  if (end === -1) throw new Error(`line ${start + 1}: the block is not closed`);
  return { lines: lines.slice(start + 1, end), end };
}

/** The text block that follows, with nothing but prose between. */
function nextBlock(lines: readonly string[], after: number): readonly string[] | undefined {
  const start = lines.findIndex((line, at) => at > after && line.startsWith('```'));
  if (start === -1 || lines[start] !== '```text') return undefined;
  return fenced(lines, start).lines.filter((line) => line.trim() !== '');
}

function joinContinued(lines: readonly string[]): readonly string[] {
  return lines
    .join('\n')
    .replace(/ *\\\n */g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ +/g, ' +');
}
