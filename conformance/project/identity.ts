import { type AuthClient, GoogleAuth, Impersonated } from 'google-auth-library';
import { errorWords } from '../contract/errors.ts';
import type { ProjectDescription } from '../targets/description.ts';
import { TargetUnavailableError } from '../targets/starting/running.ts';

/** Gives the headers by which a component knows who calls it. */
export type Authorise = (url: string) => Promise<Readonly<Record<string, string>>>;

/** Fetches an identity token for an audience. */
export type FetchToken = (audience: string) => Promise<string>;

/** A token is good for an hour; a new one is fetched well before. */
const TOKEN_MS = 45 * 60_000;

/**
 * Creates what authorises calls: an identity token for the component's URL where it is `https`, as Cloud Run and Functions
 * demand; nothing on plain `http`, which only this machine serves.
 */
export function createAuthorise(
  identity: ProjectDescription['identity'],
  fetchToken: FetchToken = tokensOfGoogle(identity.service_account),
  nowMs: () => number = Date.now,
): Authorise {
  const kept = new Map<string, { readonly token: Promise<string>; readonly until_ms: number }>();
  const tokenFor = (audience: string): Promise<string> => {
    const known = kept.get(audience);
    if (known !== undefined && known.until_ms > nowMs()) return known.token;
    const token = fetchToken(audience);
    kept.set(audience, { token, until_ms: nowMs() + TOKEN_MS });
    token.catch(() => kept.delete(audience));
    return token;
  };
  return async (url) => {
    if (!url.startsWith('https://')) return {};
    const audience = identity.audience ?? url;
    const token = await tokenFor(audience).catch((error: unknown) => {
      const why = errorWords(error);
      const who = identity.service_account ?? 'whoever runs the judge';
      throw new TargetUnavailableError(
        `expected an identity token of ${who} for ${audience}, got: ${why}; log in as a service account, or name one that you may impersonate under project.identity.service_account`,
      );
    });
    return { authorization: `Bearer ${token}` };
  };
}

/** Application default credentials, or an account that they may impersonate (`roles/iam.serviceAccountTokenCreator`). */
function tokensOfGoogle(service_account: string | null): FetchToken {
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  if (service_account === null) {
    return async (audience) => {
      const client = await auth.getIdTokenClient(audience);
      return client.idTokenProvider.fetchIdToken(audience);
    };
  }
  let impersonated: Promise<Impersonated> | undefined;
  const impersonate = (sourceClient: AuthClient): Impersonated =>
    new Impersonated({ sourceClient, targetPrincipal: service_account, targetScopes: [], delegates: [] });
  return async (audience) => {
    impersonated ??= auth.getClient().then(impersonate);
    return (await impersonated).fetchIdToken(audience, { includeEmail: true });
  };
}
