import type { protos } from '@google-cloud/pubsub';
import type { ServiceHandlers, Wire } from '../../rpc/service.ts';
import type { Broker } from '../broker/broker.ts';
import type { Snapshot } from '../broker/snapshots.ts';
import { applyMask } from '../requests/mask.ts';
import { requireName, requireProject } from '../requests/names.ts';
import { invalid, refuseUnserved } from '../requests/refusals.ts';
import { pageOf } from './page.ts';

type Api = typeof protos.google.pubsub.v1;
type WireSnapshot = Parameters<Api['Snapshot']['create']>[0] & object;

/** Serves snapshots of subscriptions, and the way back to them or to a time. */
export function snapshotHandlers(broker: Broker): ServiceHandlers['unary'] {
  const named = (name: string | null | undefined) =>
    broker.snapshots.get(requireName('snapshots', 'snapshot', name));
  return {
    CreateSnapshot(request: protos.google.pubsub.v1.ICreateSnapshotRequest) {
      refuseUnserved(request, 'snapshot', { tags: 'tags' });
      const name = requireName('snapshots', 'name', request.name);
      const subscription = requireName('subscriptions', 'subscription', request.subscription);
      return snapshotToWire(broker.createSnapshot(name, subscription, request.labels ?? {}));
    },
    GetSnapshot: ({ snapshot }: protos.google.pubsub.v1.IGetSnapshotRequest) =>
      snapshotToWire(named(snapshot)),
    ListSnapshots(request: protos.google.pubsub.v1.IListSnapshotsRequest) {
      const { page, nextPageToken } = pageOf(
        broker.snapshots.inProject(requireProject(request.project)),
        request,
      );
      return { snapshots: page.map(snapshotToWire), nextPageToken };
    },
    UpdateSnapshot({ snapshot, updateMask }: protos.google.pubsub.v1.IUpdateSnapshotRequest) {
      if (snapshot === null || snapshot === undefined)
        throw invalid('snapshot', 'the snapshot to update', snapshot);
      const current = named(snapshot.name);
      const changed = applyMask<WireSnapshot>(snapshotToWire(current), snapshot, updateMask, {
        labels: 'labels',
        expire_time: 'expireTime',
      });
      const expires_at_ms = momentMs(changed.expireTime) ?? current.expires_at_ms;
      broker.snapshots.replace({ ...current, labels: changed.labels ?? {}, expires_at_ms });
      return snapshotToWire(named(snapshot.name));
    },
    DeleteSnapshot({ snapshot }: protos.google.pubsub.v1.IDeleteSnapshotRequest) {
      broker.snapshots.remove(named(snapshot).name);
      return {};
    },
    Seek(request: protos.google.pubsub.v1.ISeekRequest) {
      const subscription = requireName('subscriptions', 'subscription', request.subscription);
      const from_ms = momentMs(request.time);
      if (from_ms !== undefined) broker.seekToTime(subscription, from_ms);
      else
        broker.seekToSnapshot(subscription, requireName('snapshots', 'time or snapshot', request.snapshot));
      return {};
    },
  };
}

function snapshotToWire({ name, topic, labels, expires_at_ms }: Snapshot): Wire & WireSnapshot {
  const nanos = (expires_at_ms % 1000) * 1e6;
  return { name, topic, labels, expireTime: { seconds: String(Math.floor(expires_at_ms / 1000)), nanos } };
}

function momentMs(time: protos.google.protobuf.ITimestamp | null | undefined): number | undefined {
  return time === null || time === undefined
    ? undefined
    : Number(time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1e6;
}
