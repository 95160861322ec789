import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { decideVerdict } from '../../scripts/audit/decide-verdict.ts';
import { deployedPackages } from '../../scripts/audit/deployed.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function auditWith(registry: string) {
  const environment = { ...process.env, npm_config_registry: registry, npm_config_fetch_retries: '0' };
  return new Promise<{ code: number; printed: string }>((resolve) => {
    const args = ['--import', 'tsx', 'scripts/audit/main.ts'];
    const child = execFile(process.execPath, args, { env: environment }, (_error, stdout) =>
      resolve({ code: child.exitCode ?? -1, printed: stdout }),
    );
  });
}

async function registry(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const ADVISORY = {
  id: 1,
  url: 'https://advisories.example/1',
  title: 'a fault',
  severity: 'high',
  vulnerable_versions: '>=0',
};

describe('SEC-011 an audit says what is known, or that nobody knows', () => {
  test('0 when the registry knows nothing', async () => {
    const { code, printed } = await auditWith(
      await registry((_request, response) => response.end(JSON.stringify({}))),
    );
    expect([code, printed]).toEqual([0, expect.stringContaining('nothing is known')]);
  });

  test('1 when it knows something, with the package', async () => {
    const url = await registry((request, response) => {
      if (request.method === 'POST') response.end(JSON.stringify({ picocolors: [ADVISORY] }));
      else response.writeHead(404).end('{}');
    });
    const { code, printed } = await auditWith(url);
    expect([code, printed]).toEqual([1, expect.stringMatching(/picocolors .*: high/)]);
  });

  test('3 when it refuses audits', async () => {
    const { code, printed } = await auditWith(
      await registry((_request, response) => response.writeHead(405).end('{}')),
    );
    expect([code, printed]).toEqual([3, expect.stringContaining('NOT DONE')]);
  });

  test('3 when it is not there', async () => {
    const { code, printed } = await auditWith('http://127.0.0.1:9/');
    expect([code, printed]).toEqual([3, expect.stringContaining('NOT DONE')]);
  });

  test.each(['', 'npm error network', '[]', '{"metadata":{}}', '{"error":{"code":"ENOLOCK"}}'])(
    '3 for an output that is no report: %s',
    (output) => expect(decideVerdict(output).exit_code).toBe(3),
  );
});

describe('SEC-011 an audit is about what is deployed', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/served': { dependencies: { inner: '1' } },
      'node_modules/served/node_modules/inner': { peerDependencies: { peer: '1' } },
      'node_modules/peer': {},
      'node_modules/tool': { dependencies: { served: '1' } },
    },
  };
  const known = (...names: readonly string[]) =>
    JSON.stringify({
      metadata: { vulnerabilities: { total: names.length } },
      vulnerabilities: Object.fromEntries(names.map((name) => [name, { severity: 'high', range: '*' }])),
    });
  test('what a deployed package needs counts, however far down', () => {
    const deployed = deployedPackages(lock, ['served']);
    expect([...deployed].sort()).toEqual(['inner', 'peer', 'served']);
    expect(decideVerdict(known('peer', 'tool'), (name) => deployed.has(name)).lines[0]).toContain(
      '1 packages',
    );
  });
  test('a tool of the workshop does not', () => {
    const deployed = deployedPackages(lock, ['served']);
    expect(decideVerdict(known('tool'), (name) => deployed.has(name)).exit_code).toBe(0);
  });
});
