/** A log entry as Cloud Logging keeps it: the resource that wrote it, and the line. */
export interface LogEntry {
  readonly resource: { readonly type: string };
  readonly jsonPayload: Readonly<Record<string, unknown>>;
}

const TOKEN = /\s*(?:(AND|OR)\b|([()])|([A-Za-z_.]+)(>=|<=|!=|=|>|<)("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?))/y;

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | {
      readonly kind: 'comparison';
      readonly path: string;
      readonly operator: string;
      readonly value: string | number;
    };

/**
 * Tell whether a filter of the Logging query language finds an entry. Understands comparisons of fields, AND, OR and
 * brackets; OR binds more tightly than AND there, so a filter that mixes them without brackets is refused.
 */
export function matches(filter: string, entry: LogEntry): boolean {
  const tokens = tokensOf(filter);
  let next = 0;
  const word = (text: string): boolean => {
    const token = tokens[next];
    if (token?.kind !== 'word' || token.text !== text) return false;
    next += 1;
    return true;
  };
  const term = (): boolean => {
    if (word('(')) {
      const inside = expression();
      if (!word(')'))
        throw new Error(`expected ) in the filter, got ${JSON.stringify(tokens[next])}: ${filter}`);
      return inside;
    }
    const token = tokens[next];
    next += 1;
    if (token?.kind !== 'comparison')
      throw new Error(`expected a comparison, got ${JSON.stringify(token)}: ${filter}`);
    return compare(read(entry, token.path), token.operator, token.value);
  };
  const expression = (): boolean => {
    let result = term();
    let joined: 'AND' | 'OR' | undefined;
    for (;;) {
      const by = word('AND') ? 'AND' : word('OR') ? 'OR' : undefined;
      if (by === undefined) return result;
      if (joined !== undefined && joined !== by)
        throw new Error(`expected brackets between AND and OR: ${filter}`);
      joined = by;
      const right = term();
      result = by === 'AND' ? result && right : result || right;
    }
  };
  const result = expression();
  if (next !== tokens.length)
    throw new Error(`expected the end of the filter, got ${JSON.stringify(tokens[next])}`);
  return result;
}

function tokensOf(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < filter.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(filter);
    if (found === null) throw new Error(`expected a filter of our subset, got "${filter.slice(at)}"`);
    const [, join, bracket, path, operator, value] = found;
    if (path !== undefined && operator !== undefined && value !== undefined) {
      tokens.push({ kind: 'comparison', path, operator, value: JSON.parse(value) as string | number });
    } else tokens.push({ kind: 'word', text: join ?? bracket ?? '' });
  }
  return tokens;
}

function read(entry: LogEntry, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (part, name) => (part as Readonly<Record<string, unknown>> | null | undefined)?.[name],
      entry,
    );
}

/** A comparison with a field that is missing, null or of another type finds nothing, but that it is another (`!=`). */
function compare(found: unknown, operator: string, value: string | number): boolean {
  if (operator === '=') return found === value;
  if (operator === '!=') return found !== value;
  if (typeof found !== 'number' || typeof value !== 'number') return false;
  if (operator === '>') return found > value;
  if (operator === '<') return found < value;
  return operator === '>=' ? found >= value : found <= value;
}
