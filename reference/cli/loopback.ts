/** Addresses of this machine, which no proxy reaches. */
const LOOPBACK = ['127.0.0.1', 'localhost'] as const;

/**
 * Let clients, of this process and of those that it starts, reach this machine directly where a proxy is set: gRPC's ask the proxy for
 * every host that they are not told.
 *
 * @param environment changed only where a proxy is set.
 */
export function passProxyBy(environment: NodeJS.ProcessEnv): void {
  if (!Object.keys(environment).some((name) => /^(grpc|https?|all)_proxy$/i.test(name))) return;
  const set = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  for (const name of ['no_proxy', 'NO_PROXY', 'no_grpc_proxy']) {
    if (name === 'no_grpc_proxy' && environment[name] === undefined) continue;
    const names = new Set([...(environment[name] ?? set).split(','), ...LOOPBACK]);
    environment[name] = [...names].filter((one) => one !== '').join(',');
  }
}
