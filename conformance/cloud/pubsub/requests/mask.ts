import type { protos } from '@google-cloud/pubsub';
import { invalid } from './refusals.ts';

/**
 * Replaces the fields that an update mask names.
 *
 * @param updatable field in the mask (snake case) to its spelling in the decoded message.
 * @returns `current` with each named field taken from `update`; a field unset there becomes unset.
 * @throws {RpcError} INVALID_ARGUMENT if the mask is empty or names anything else.
 */
export function applyMask<Message extends object>(
  current: Message,
  update: Message,
  mask: protos.google.protobuf.IFieldMask | null | undefined,
  updatable: Readonly<Record<string, keyof Message>>,
): Message {
  const paths = mask?.paths ?? [];
  if (paths.length === 0) throw invalid('update_mask', 'at least one field', paths);
  const updated = { ...current };
  for (const path of paths) {
    const field = Object.hasOwn(updatable, path) ? updatable[path] : undefined;
    if (field === undefined) {
      throw invalid('update_mask', `fields out of ${Object.keys(updatable).join(', ')}`, path);
    }
    if (update[field] === undefined) delete updated[field];
    else updated[field] = update[field];
  }
  return updated;
}
