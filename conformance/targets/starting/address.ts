import { TargetUnavailableError } from './running.ts';

/**
 * Read where a component listens from the line that it printed, without a trailing slash and what a log writes around it. Every
 * address of the machine is called at its own.
 *
 * @throws {TargetUnavailableError} when the group `url` holds no address that can be called.
 */
export function addressIn(name: string, { groups = {}, input }: RegExpExecArray): string {
  const { url } = groups;
  const address = /^https?:\/\/[^\s"'`<>{}|\\,;()]+/.exec(url ?? '')?.[0].replace(/[.:!/]+$/, '') ?? '';
  if (URL.canParse(address)) {
    const { protocol, host, pathname } = new URL(address);
    const here = host.replace(/^0\.0\.0\.0(?=:|$)/, '127.0.0.1').replace(/^\[::\](?=:|$)/, '[::1]');
    return `${protocol}//${here}${pathname}`.replace(/\/$/, '');
  }
  throw new TargetUnavailableError(
    `${name}: expected http://HOST:PORT in the group "url" of ready.stdout, got ${url === undefined ? 'nothing' : `"${url}"`} from its line "${input}"; correct the pattern, or what it prints`,
  );
}
