import { TargetUnavailableError } from './running.ts';

/**
 * Read where a component listens from the line that it printed, without a trailing slash.
 *
 * @throws {TargetUnavailableError} when the group `url` holds no address that can be called.
 */
export function addressIn(name: string, { groups = {}, input }: RegExpExecArray): string {
  const { url } = groups;
  if (url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/$/, '');
  throw new TargetUnavailableError(
    `${name}: expected http://HOST:PORT in the group "url" of ready.stdout, got ${url === undefined ? 'nothing' : `"${url}"`} from its line "${input}"; correct the pattern, or what it prints`,
  );
}
