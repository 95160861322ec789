/** Points Google's clients of this process at a cloud on this machine, and away from the metadata server. */
export function lendCloud({
  pubsub_host,
  firestore_host,
}: {
  readonly pubsub_host: string;
  readonly firestore_host: string;
}): void {
  process.env['METADATA_SERVER_DETECTION'] = 'none';
  process.env['PUBSUB_EMULATOR_HOST'] = pubsub_host;
  process.env['FIRESTORE_EMULATOR_HOST'] = firestore_host;
}
