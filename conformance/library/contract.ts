export { EXAMPLES, type Example } from '../../generated/examples.ts';
export type * from '../../generated/models.ts';
export * from '../../generated/registry.ts';
export * from '../../generated/requirements.ts';
export * from '../../generated/topology.ts';
export {
  type Direction,
  MESSAGE_NAMES,
  type MessageName,
  type Problem,
  SCHEMA_NAMES,
  type SchemaName,
  validate,
} from '../../generated/validation.ts';
export { CONTRACT } from '../../generated/version.ts';
