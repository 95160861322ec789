import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { RpcError, type ServiceHandlers } from '../../rpc/service.ts';
import type { Broker, Policy } from '../broker/broker.ts';
import { requireName } from '../requests/names.ts';
import { invalid } from '../requests/refusals.ts';

/**
 * Serves the access policies of topics, subscriptions and snapshots, as deployment scripts set and read them. They bind
 * nobody: every client is an administrator here.
 */
export function iamHandlers(broker: Broker): ServiceHandlers {
  const { policies } = broker;
  const policyOf = (resource: string) => policies.get(resource) ?? NOBODY;
  return {
    unary: {
      GetIamPolicy: ({ resource }) => ({ ...policyOf(find(broker, resource)) }),
      SetIamPolicy({ resource, policy, updateMask }) {
        const found = find(broker, resource);
        if (updateMask !== undefined && updateMask !== null) {
          throw new RpcError(
            status.UNIMPLEMENTED,
            'update_mask is not part of the embedded pubsub; leave it unset',
          );
        }
        const asked = (policy ?? {}) as Partial<Policy>;
        const current = policyOf(found);
        if (asked.etag !== undefined && asked.etag.length > 0 && !current.etag.equals(asked.etag)) {
          throw new RpcError(
            status.ABORTED,
            `the policy of ${String(resource)} changed meanwhile; read it again`,
          );
        }
        const bindings = asked.bindings ?? [];
        const etag = createHash('sha256').update(current.etag).update(JSON.stringify(bindings)).digest();
        const next = { version: asked.version ?? 0, bindings, etag: etag.subarray(0, 8) };
        policies.set(found, next);
        return { ...next };
      },
      TestIamPermissions({ resource, permissions }) {
        find(broker, resource);
        const asked = Array.isArray(permissions) ? permissions.map(String) : [];
        const wild = asked.find((permission) => permission.includes('*'));
        if (wild !== undefined) throw invalid('permissions', 'permissions without wildcards', wild);
        return { permissions: asked };
      },
    },
  };
}

const NOBODY: Policy = { version: 0, bindings: [], etag: Buffer.from([0]) };

/** Checks that a resource exists and returns its name. */
function find(broker: Broker, resource: unknown): string {
  const text = typeof resource === 'string' ? resource : '';
  if (text.includes('/subscriptions/')) {
    return broker.subscription(requireName('subscriptions', 'resource', text)).config().name;
  }
  return text.includes('/snapshots/')
    ? broker.snapshots.get(requireName('snapshots', 'resource', text)).name
    : broker.topic(requireName('topics', 'resource', text)).name;
}
