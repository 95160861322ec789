import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Who a pushed message claims to come from. */
export interface TokenClaims {
  /** Whom the receiver expects the token to be for. */
  readonly audience: string;
  readonly service_account_email: string;
  /** UTC, in ms. */
  readonly now_ms: number;
}

/** Makes the OIDC tokens that go with pushes, as Google's do, signed with a key of this server. */
export interface TokenMaker {
  /** A JSON Web Token, good for half an hour at least. */
  sign(claims: TokenClaims): string;
  /** The public half as a set of JSON Web Keys, as `https://www.googleapis.com/oauth2/v3/certs` has it. */
  keySet(): { readonly keys: readonly Readonly<Record<string, string>>[] };
  /** The public half in PEM by key id, as `https://www.googleapis.com/oauth2/v1/certs` has it. */
  pems(): Readonly<Record<string, string>>;
}

const ISSUER = 'https://accounts.google.com';
const LIFETIME_SECONDS = 3600;
const RENEWED_AFTER_SECONDS = 1800;
const KEY_ID = 'embedded-cloud';

/** Creates a maker; its key is drawn when the first token or key is asked for. */
export function createTokenMaker(): TokenMaker {
  let drawn: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;
  const pair = () => {
    drawn ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return drawn;
  };
  const made = new Map<string, { readonly iat: number; readonly token: string }>();
  return {
    sign({ audience, service_account_email, now_ms }) {
      const iat = Math.floor(now_ms / 1000);
      const key = JSON.stringify([audience, service_account_email]);
      const known = made.get(key);
      if (known !== undefined && known.iat <= iat && iat - known.iat < RENEWED_AFTER_SECONDS)
        return known.token;
      const header = encode({ alg: 'RS256', kid: KEY_ID, typ: 'JWT' });
      const claims = encode({
        iss: ISSUER,
        aud: audience,
        azp: service_account_email,
        sub: service_account_email,
        email: service_account_email,
        email_verified: true,
        iat,
        exp: iat + LIFETIME_SECONDS,
      });
      const signer = createSign('RSA-SHA256').update(`${header}.${claims}`);
      const token = `${header}.${claims}.${signer.sign(pair().privateKey, 'base64url')}`;
      made.set(key, { iat, token });
      return token;
    },
    keySet() {
      const { kty = '', n = '', e = '' } = pair().publicKey.export({ format: 'jwk' });
      return { keys: [{ kty, n, e, kid: KEY_ID, alg: 'RS256', use: 'sig' }] };
    },
    pems: () => ({ [KEY_ID]: pair().publicKey.export({ format: 'pem', type: 'spki' }).toString() }),
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
