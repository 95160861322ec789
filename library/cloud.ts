export type { CallVerdict, CloudCall, CloudEvent, Gate, Observer } from '../conformance/cloud/calls.ts';
export {
  type Clock,
  createVirtualClock,
  systemClock,
  type VirtualClock,
} from '../conformance/cloud/clock.ts';
export { PortError } from '../conformance/cloud/rpc/port-error.ts';
export {
  type CloudDoor,
  type EmbeddedCloud,
  type EmbeddedCloudOptions,
  startEmbeddedCloud,
} from '../conformance/cloud/server.ts';
