import { OAuth2Client } from 'google-auth-library';
import { PipelineError } from '../errors/pipeline-error.ts';
import { decideAllowed, decideValid, type Flaw, ISSUERS, readToken, type Token } from './decide-caller.ts';
import type { KeySource } from './keys.ts';
import type { CallerSettings } from './settings.ts';

/**
 * Looks at the Authorization header of one request; resolves when its sender may call.
 *
 * @throws {PipelineError} CALLER_UNKNOWN for no token or one that does not count, CALLER_NOT_ALLOWED for a valid token
 *         of somebody else, KEYS_UNAVAILABLE when nobody can say. None of them quotes the token.
 */
export type CheckCaller = (authorization: string | undefined) => Promise<void>;

/** Make the check of a component's callers. */
export function createCallerCheck(settings: CallerSettings, source: KeySource): CheckCaller {
  const verifier = new OAuth2Client();
  return async (authorization) => {
    const token = readToken(authorization);
    if ('got' in token) throw unknown(token);
    const flaw = decideValid(token, settings, new Date());
    if (flaw !== undefined) throw unknown(flaw);
    if (!(token.is_signature_removed && settings.signature === 'platform')) {
      await verify(verifier, token, settings, source);
    }
    const stranger = decideAllowed(token, settings);
    if (stranger !== undefined) throw notAllowed(stranger, settings);
  };
}

async function verify(
  verifier: OAuth2Client,
  { text, kid }: Token,
  { audience }: CallerSettings,
  source: KeySource,
): Promise<void> {
  let keys = await source.keys();
  if (!Object.hasOwn(keys, kid)) keys = await source.keys(kid);
  if (!Object.hasOwn(keys, kid)) {
    throw unknown({ expected: 'a token signed with a key of Google', got: 'one that names another key' });
  }
  try {
    await verifier.verifySignedJwtWithCertsAsync(text, { ...keys }, audience, ISSUERS);
  } catch {
    // The library quotes the whole token in its errors, so they must reach neither a log nor an answer.
    throw unknown({ expected: 'a token signed with the key that it names', got: 'one that does not pass' });
  }
}

function unknown({ expected, got }: Flaw): PipelineError {
  return new PipelineError(
    'CALLER_UNKNOWN',
    `expected ${expected}, got ${got}; compare the subscription or the job with the contract (npm run drift)`,
    { expected, got },
  );
}

function notAllowed({ expected, got }: Flaw, { service_accounts }: CallerSettings): PipelineError {
  return new PipelineError(
    'CALLER_NOT_ALLOWED',
    `expected ${expected}, got ${got}; add it there if it may call, else find out who it is`,
    { expected, got, service_accounts },
  );
}
