export type { CallVerdict, CloudCall, CloudEvent, Gate, Observer } from '../cloud/calls.ts';
export {
  type Clock,
  createVirtualClock,
  systemClock,
  type VirtualClock,
} from '../cloud/clock.ts';
export { PortError } from '../cloud/rpc/port-error.ts';
export {
  type CloudDoor,
  type EmbeddedCloud,
  type EmbeddedCloudOptions,
  startEmbeddedCloud,
} from '../cloud/server.ts';
