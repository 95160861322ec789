import { at, textAt } from '../reading/shapes.ts';
import { complaintOf, type Gcloud, GcloudError, readJson } from './run.ts';

/** The login of gcloud, and where it finds the APIs: what gcloud has no command for is asked with these. */
export interface Access {
  readonly token: string;
  /** The address of an API that the configuration of gcloud names instead of Google's own; null for Google's own. */
  readonly overridden: (api: string) => string | null;
}

/** Ask gcloud for a token and its endpoints. @throws {GcloudError} when nobody is logged in. */
export async function readAccess(gcloud: Gcloud): Promise<Access> {
  const helped = await readJson(gcloud, ['config', 'config-helper']);
  const properties = at(helped, 'configuration', 'properties');
  return {
    token: textAt(helped, 'credential', 'access_token') ?? '',
    overridden: (api) => textAt(properties, 'api_endpoint_overrides', api),
  };
}

/**
 * Ask an API with gcloud's login.
 *
 * @param isFine  which statuses beside 2xx the caller knows what to make of.
 * @throws {GcloudError} for any other status, or when nobody answers.
 */
export async function askApi(
  { token }: Access,
  method: 'GET' | 'POST',
  address: string,
  isFine: (status: number) => boolean,
): Promise<Response> {
  const unreadable = (complaint: string): GcloudError =>
    new GcloudError(['(reading)', address], { code: 1, stdout: '', stderr: complaintOf(complaint) });
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(address, { method, headers }).catch((error: unknown) => {
    throw unreadable(String(error));
  });
  if (answer.ok || isFine(answer.status)) return answer;
  throw unreadable(`${answer.status} ${(await answer.text()).slice(0, 500)}`);
}
