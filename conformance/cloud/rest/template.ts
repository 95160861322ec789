import { status } from '@grpc/grpc-js';
import { RpcError } from '../rpc/service.ts';

/** A URL path that was matched: the value of each field that the path names, by dotted path. */
export type PathFields = Readonly<Record<string, string>>;

/** A compiled path of a google.api.http annotation. */
export interface PathTemplate {
  /** Whether it ends in a verb of its own, such as `:publish`. */
  readonly has_verb: boolean;
  /** Gives the fields that a URL path carries, or undefined if it does not fit; percent codes are decoded. */
  match(path: string): PathFields | undefined;
}

/**
 * Compiles a path template in the notation of google.api.http: one star is one segment, two stars behind a slash are
 * none or more and alone one or more, and a field without a pattern is one segment.
 */
export function compileTemplate(template: string): PathTemplate {
  const fields: string[] = [];
  const source = template
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return patternSource(part);
      const [field = '', pattern = '*'] = part.slice(1, -1).split('=');
      fields.push(field);
      return `(${patternSource(pattern)})`;
    })
    .join('');
  const expression = new RegExp(`^${source}$`);
  return {
    has_verb: /:\w+$/.test(template),
    match(path) {
      const values = expression.exec(path)?.slice(1);
      if (values === undefined) return undefined;
      return Object.fromEntries(fields.map((field, index) => [field, decodeSegments(values[index] ?? '')]));
    },
  };
}

function patternSource(pattern: string): string {
  return pattern
    .replace(/[.:()]/g, '\\$&')
    .replace(/^\*\*$/, '.+')
    .replaceAll('/**', '(?:/.+)?')
    .replace(/(^|\/)\*(?=\/|$|\()/g, '$1[^/]+');
}

/** Names have no slash inside a segment, so an encoded one is refused before it could address something else. */
function decodeSegments(text: string): string {
  if (/%2f/i.test(text)) throw invalidPath('no encoded slash', text);
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidPath('percent codes of UTF-8', text);
  }
}

function invalidPath(expected: string, got: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, `the path must hold ${expected}, got ${got}`);
}
