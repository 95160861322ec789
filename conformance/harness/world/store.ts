import type { Firestore } from '@google-cloud/firestore';
import type { Payload } from '../../history/events.ts';
import type { Naming } from '../../targets/naming.ts';

/** The judge's own access to the store, by the official client. */
export interface Store {
  write(documents: readonly { readonly path: string; readonly fields: Payload }[]): Promise<void>;
  /** null when there is no document. */
  read(path: string): Promise<Payload | null>;
  close(): Promise<void>;
}

/** Opens the store of one project. The client is loaded only now, since most runs of one check need none. */
export async function openStore(project: string, firestore_host: string, naming: Naming): Promise<Store> {
  const { Firestore } = (await import('@google-cloud/firestore')).default;
  const firestore = new Firestore({
    projectId: project,
    host: firestore_host,
    ssl: false,
    preferRest: false,
  });
  return storeOn(firestore, naming);
}

/** Makes the store of a client; closing it ends the client. */
export function storeOn(firestore: Firestore, naming: Naming): Store {
  return {
    async write(documents) {
      const batch = firestore.batch();
      for (const { path, fields } of documents)
        batch.set(firestore.doc(naming.actualPath(path)), { ...fields });
      await batch.commit();
    },
    async read(path) {
      const snapshot = await firestore.doc(naming.actualPath(path)).get();
      return snapshot.exists ? (JSON.parse(JSON.stringify(snapshot.data())) as Payload) : null;
    },
    close: () => firestore.terminate(),
  };
}
