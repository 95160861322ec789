import type { CallerSettings } from './settings.ts';

/** What Google puts in the place of a signature that Cloud Run has checked. */
const REMOVED = 'SIGNATURE_REMOVED_BY_GOOGLE';

/** Who issues the tokens of Pub/Sub and Cloud Scheduler. */
export const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];

/** How far clocks may differ, in seconds, as in Google's library. */
const SKEW_SECONDS = 300;

/** A token taken apart; nothing of it is checked yet. */
export interface Token {
  readonly text: string;
  readonly kid: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** True when Cloud Run says that it has checked the signature, which only a wall before this process makes true. */
  readonly is_signature_removed: boolean;
}

/** Why a token does not count, in words that may be logged: nothing of the token itself. */
export interface Flaw {
  readonly expected: string;
  readonly got: string;
}

/** Take the value of an Authorization header apart. */
export function readToken(authorization: string | undefined): Token | Flaw {
  const expected = 'an OIDC token in the Authorization header, signed with RS256';
  if (authorization === undefined || authorization === '')
    return { expected, got: 'no Authorization header' };
  const text = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (text === undefined) return { expected, got: 'an Authorization header of another kind' };
  const [head, body, signature, ...more] = text.split('.');
  const header = parse(head);
  const claims = parse(body);
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0) {
    return { expected, got: 'a text that is no token' };
  }
  if (header['alg'] !== 'RS256') return { expected, got: 'a token of another algorithm' };
  const { kid } = header;
  if (typeof kid !== 'string') return { expected, got: 'a token that names no key' };
  return { text, kid, claims, is_signature_removed: signature === REMOVED };
}

/** Decide whether a token is of Google, for this component, and of this time; its signature is somebody else's matter. */
export function decideValid({ claims }: Token, { audience }: CallerSettings, now: Date): Flaw | undefined {
  const { iss, aud, iat, exp, nbf } = claims;
  if (!ISSUERS.includes(String(iss))) return { expected: 'a token of Google', got: 'one of another issuer' };
  if (aud !== audience) {
    return { expected: `a token for the audience ${audience}`, got: 'one for another audience' };
  }
  if (typeof iat !== 'number' || typeof exp !== 'number') {
    return { expected: 'a token with times of issue and end', got: 'one without' };
  }
  const seconds = now.getTime() / 1000;
  if (Math.max(iat, typeof nbf === 'number' ? nbf : iat) > seconds + SKEW_SECONDS) {
    return { expected: 'a token of this time', got: 'one that is not valid yet' };
  }
  if (exp < seconds - SKEW_SECONDS) return { expected: 'a token of this time', got: 'one that has expired' };
  return undefined;
}

/** Decide whether the holder of a valid token may call. */
export function decideAllowed({ claims }: Token, { service_accounts }: CallerSettings): Flaw | undefined {
  const { email, email_verified } = claims;
  const expected = 'a token of an account in PUSH_SERVICE_ACCOUNTS';
  if (typeof email !== 'string') return { expected, got: 'one without an e-mail address' };
  if (email_verified !== true) return { expected, got: 'one whose e-mail address is not verified' };
  if (!service_accounts.includes(email)) return { expected, got: `one of ${email.slice(0, 254)}` };
  return undefined;
}

function parse(part: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (part === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
