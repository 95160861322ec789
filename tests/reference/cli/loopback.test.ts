import { describe, expect, test } from 'vitest';
import { passProxyBy } from '../../../reference/cli/loopback.ts';

describe('a proxy is not asked for the cloud of this machine', () => {
  test.each([
    [{}, {}],
    [{ PATH: '/bin' }, { PATH: '/bin' }],
    [
      { http_proxy: 'http://p:1' },
      { http_proxy: 'http://p:1', no_proxy: '127.0.0.1,localhost', NO_PROXY: '127.0.0.1,localhost' },
    ],
    [
      { ALL_PROXY: 's', NO_PROXY: 'intern,localhost' },
      { ALL_PROXY: 's', no_proxy: 'intern,localhost,127.0.0.1', NO_PROXY: 'intern,localhost,127.0.0.1' },
    ],
    [
      { grpc_proxy: 'g', no_grpc_proxy: 'x' },
      {
        grpc_proxy: 'g',
        no_grpc_proxy: 'x,127.0.0.1,localhost',
        no_proxy: '127.0.0.1,localhost',
        NO_PROXY: '127.0.0.1,localhost',
      },
    ],
  ])('%j', (environment: NodeJS.ProcessEnv, expected) => {
    const own = { ...environment };
    passProxyBy(own);
    expect(own).toEqual(expected);
  });
});
