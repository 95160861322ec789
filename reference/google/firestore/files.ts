import type { Firestore } from '@google-cloud/firestore';
import { PipelineError } from '../../errors/pipeline-error.ts';
import type { Files, Json } from '../../ports/ports.ts';
import { BATCH_MS_MAX, callStore } from './store-call.ts';

/** What fits into one Firestore document beside its name. */
const BYTES_MAX = 1_000_000;

/**
 * Make the files port on a Firestore collection: one document per file, its content as JSON text.
 *
 * A slate of fifteen games takes a fifth of what a document can hold.
 */
export function createFiles(firestore: Firestore): Files {
  const documentOf = (path: string) => firestore.collection('scraped_files').doc(encodeURIComponent(path));
  return {
    async write(path, content) {
      const text = JSON.stringify(content);
      const bytes = Buffer.byteLength(text);
      if (bytes > BYTES_MAX) {
        throw new PipelineError(
          'INVALID_FILE',
          `expected a file of at most ${BYTES_MAX} bytes at ${path}, got ${bytes}; scrape fewer games at a time`,
          { path, bytes },
        );
      }
      await callStore(`write ${path}`, BATCH_MS_MAX, documentOf(path).set({ path, content: text }));
    },
    async read(path) {
      const snapshot = await callStore(`read ${path}`, BATCH_MS_MAX, documentOf(path).get());
      const content: unknown = snapshot.get('content');
      if (typeof content !== 'string') return undefined;
      try {
        return JSON.parse(content) as Json;
      } catch (cause) {
        throw new PipelineError(
          'INVALID_FILE',
          `expected a JSON file at ${path}, got ${content.length} characters that are not JSON; scrape the date again`,
          { path },
          cause,
        );
      }
    },
  };
}
