import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createAddresses } from '../../../reference/operations/calls/addresses.ts';
import { createComponentCalls } from '../../../reference/operations/calls/component-calls.ts';

const PATH = process.env['PATH'] ?? '';
const folders: string[] = [];

/** Puts a program called gcloud in front of the real one, which prints what its arguments are answered with. */
function fakeGcloud(script: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'gcloud-'));
  folders.push(folder);
  writeFileSync(join(folder, 'gcloud'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'gcloud'), 0o755);
  process.env['PATH'] = `${folder}:${PATH}`;
}

afterEach(() => {
  process.env['PATH'] = PATH;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const addresses = (environment: Readonly<Record<string, string>> = {}, urls: readonly string[] = []) =>
  createAddresses({ project: 'nba-staging', region: 'us-west2', urls, environment });

describe('the address of a component', () => {
  test('a flag goes before PIPELINE_URLS, and no token is asked for on this machine', async () => {
    const place = addresses(
      { PIPELINE_URLS: 'phase2-raw=http://127.0.0.1:1/,phase5-worker=http://127.0.0.1:2' },
      ['phase2-raw=http://127.0.0.1:3/'],
    );
    expect(await place.find('phase2-raw')).toEqual({ url: 'http://127.0.0.1:3', headers: {} });
    expect(await place.find('phase5-worker')).toEqual({ url: 'http://127.0.0.1:2', headers: {} });
  });

  test.each(['phase2-raw', 'nobody=http://127.0.0.1:1', 'phase2-raw=ftp://x'])('%s is no pair', (pair) => {
    expect(() => addresses({}, [pair])).toThrow(/INVALID_CONFIGURATION.*component=https/);
  });

  test('on emulators an unknown one is said with the flag that gives it', async () => {
    await expect(addresses({ PUBSUB_EMULATOR_HOST: '127.0.0.1:8085' }).find('phase2-raw')).rejects.toThrow(
      /--url phase2-raw=/,
    );
  });

  test('in a project gcloud gives the number, and a token for the scheduler’s account', async () => {
    fakeGcloud('case "$*" in *describe*) echo 4711;; *) echo "token $4" | tr -d "\\n";; esac');
    const found = await addresses().find('phase5-coordinator');
    expect(found.url).toBe('https://phase5-coordinator-4711.us-west2.run.app');
    expect(found.headers['authorization']).toMatch(/^Bearer token /);
  });

  test('an account of one’s own is impersonated where PIPELINE_IMPERSONATE names it', async () => {
    fakeGcloud('echo "$3"');
    const place = addresses({ PIPELINE_IMPERSONATE: 'me@example.com' }, ['phase2-raw=https://raw.example']);
    expect((await place.find('phase2-raw')).headers['authorization']).toBe(
      'Bearer --impersonate-service-account=me@example.com',
    );
  });

  test('a service that has no number, or a gcloud that fails, is INVALID_CONFIGURATION', async () => {
    fakeGcloud('echo "not a number"');
    await expect(addresses().find('phase2-raw')).rejects.toThrow(/expected the URL of phase2-raw/);
    fakeGcloud('echo "you are not logged in" >&2; exit 1');
    await expect(addresses().find('phase2-raw')).rejects.toThrow(/got: you are not logged in; log in/);
    process.env['PATH'] = '/nowhere';
    await expect(addresses().find('phase2-raw')).rejects.toThrow(/got: .*ENOENT/);
  });
});

describe('a call of a component', () => {
  test('that nobody answers is COMPONENT_UNAVAILABLE, with the address', async () => {
    const calls = createComponentCalls(addresses({}, ['phase2-raw=http://127.0.0.1:1']));
    const call = { component: 'phase2-raw', method: 'POST', path: '/process', body: null } as const;
    await expect(calls.call(call)).rejects.toThrow(
      /COMPONENT_UNAVAILABLE.*POST http:\/\/127.0.0.1:1\/process/,
    );
  });
});
