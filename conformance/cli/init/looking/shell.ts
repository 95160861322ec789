/** A line for a shell, as a command without one. */
export interface ShellLine {
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** One word, with its quotes, or an operator that only a shell knows. */
const TOKEN = /(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\;&|<>])+|[;&|<>]+/g;

/**
 * Split a line as a shell would: quotes, settings before the program, and `exec`. What needs a shell is left to one, such as `a && b`,
 * or variables other than PORT that have no default.
 */
export function splitLine(line: string): ShellLine {
  const text = line
    .trim()
    .replace(/^exec\s+/, '')
    .replaceAll(/\$\{PORT\b[^}]*\}|\$PORT\b/g, '{port}')
    .replaceAll(/\$\{\w+:?-([^}]*)\}/g, '$1');
  const tokens = text.match(TOKEN) ?? [];
  const is_plain =
    !tokens.some((token) => /^[;&|<>]/.test(token)) && !/[$`]/.test(text.replaceAll(/'[^']*'/g, ''));
  if (!is_plain) return { environment: {}, words: ['sh', '-c', text.replaceAll(/\$\{(\w+)\}/g, '$$$1')] };
  const words = tokens.map(unquoted);
  const settings = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const program = settings === -1 ? words.length : settings;
  return {
    environment: Object.fromEntries(
      words.slice(0, program).map((word) => [word.replace(/=.*/s, ''), word.replace(/^\w+=/, '')]),
    ),
    words: words.slice(program).filter((word, index) => !(index === 0 && word === 'exec')),
  };
}

function unquoted(token: string): string {
  return token.replaceAll(
    /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? '',
  );
}
