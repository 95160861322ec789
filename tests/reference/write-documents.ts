import type { Documents } from '../../reference/ports/ports.ts';

/** Puts documents into the store as they are, whatever stood there. */
export async function writeDocuments(
  documents: Documents,
  written: readonly { readonly path: string; readonly value: object }[],
): Promise<void> {
  for (const { path, value } of written) await documents.update(path, () => [value, undefined]);
}
