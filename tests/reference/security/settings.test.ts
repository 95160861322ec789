import { describe, expect, test } from 'vitest';
import { readCallerSettings } from '../../../reference/security/settings.ts';

const DEPLOYED = {
  K_SERVICE: 'phase4-precompute',
  PUSH_AUDIENCE: 'https://phase4-precompute-1.us-west2.run.app',
  PUSH_SERVICE_ACCOUNTS: 'push@demo.iam.gserviceaccount.com scheduler@demo.iam.gserviceaccount.com',
};

describe('SEC-006 who may call is a matter of the environment', () => {
  test('on Cloud Run it is on without being asked for', () => {
    expect(readCallerSettings(DEPLOYED)).toEqual({
      audience: DEPLOYED.PUSH_AUDIENCE,
      service_accounts: ['push@demo.iam.gserviceaccount.com', 'scheduler@demo.iam.gserviceaccount.com'],
      signature: 'verify',
      keys_url: null,
    });
  });

  test('on one machine it is off unless asked for', () => {
    const { K_SERVICE: _, ...local } = DEPLOYED;
    expect(readCallerSettings({})).toBeNull();
    expect(readCallerSettings(local)).toBeNull();
    const asked = {
      ...local,
      PUSH_AUTH: 'on',
      PUSH_KEYS_URL: 'http://127.0.0.1:1',
      PUSH_SIGNATURE: 'platform',
    };
    expect(readCallerSettings(asked)).toMatchObject({
      keys_url: 'http://127.0.0.1:1',
      signature: 'platform',
    });
  });

  test.each([
    ['no audience', { PUSH_AUDIENCE: undefined }, /PUSH_AUDIENCE must be .*, got nothing/],
    ['no accounts', { PUSH_SERVICE_ACCOUNTS: ' ' }, /PUSH_SERVICE_ACCOUNTS must be/],
    [
      'accounts with commas',
      { PUSH_SERVICE_ACCOUNTS: 'a@b.c,d@e.f' },
      /separated by spaces, got "a@b.c,d@e.f"/,
    ],
    ['a name for an account', { PUSH_SERVICE_ACCOUNTS: 'push' }, /e-mail addresses/],
    ['off', { PUSH_AUTH: 'off' }, /PUSH_AUTH must be on or not set on Cloud Run/],
    ['neither on nor off', { PUSH_AUTH: 'yes' }, /PUSH_AUTH must be on or off, got "yes"/],
    ['keys of others', { PUSH_KEYS_URL: 'http://x' }, /PUSH_KEYS_URL must be left out on Cloud Run/],
    ['an unknown signature', { PUSH_SIGNATURE: 'none' }, /PUSH_SIGNATURE must be verify or platform/],
  ])('Cloud Run does not start with %s', (_name, changes, sentence) => {
    expect(() => readCallerSettings({ ...DEPLOYED, ...changes })).toThrow(sentence);
  });
});
