import { invalid } from '../requests/refusals.ts';

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1000;

/** What a list request says about paging. */
export interface PageRequest {
  readonly pageSize?: number | null;
  readonly pageToken?: string | null;
}

/**
 * Cuts one page out of a list that is sorted by name.
 *
 * @returns the page, and the token of the next one; empty after the last.
 * @throws {RpcError} INVALID_ARGUMENT for a negative size or a token that no page gave.
 */
export function pageOf<Entry extends { readonly name: string }>(
  sorted: readonly Entry[],
  request: PageRequest,
): { readonly page: readonly Entry[]; readonly nextPageToken: string } {
  const asked = request.pageSize || PAGE_SIZE_DEFAULT;
  if (asked < 0) throw invalid('page_size', 'zero or more', asked);
  const size = Math.min(asked, PAGE_SIZE_MAX);
  const after = readToken(request.pageToken ?? '');
  const rest = sorted.filter(({ name }) => name > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const nextPageToken = last === undefined || rest.length <= size ? '' : `after:${last.name}`;
  return { page, nextPageToken: Buffer.from(nextPageToken).toString('base64url') };
}

function readToken(token: string): string {
  if (token === '') return '';
  const match = /^after:(.+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match?.[1] === undefined) throw invalid('page_token', 'the next_page_token of an earlier page', token);
  return match[1];
}
