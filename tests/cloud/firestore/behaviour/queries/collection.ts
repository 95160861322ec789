import type { Query } from '@google-cloud/firestore';
import type { World } from '../../world.ts';

/** Writes one document per entry into the collection `c`, each with its value in the field `v`. */
export async function store(world: World, values: Readonly<Record<string, unknown>>): Promise<void> {
  const batch = world.db.batch();
  for (const [id, v] of Object.entries(values)) batch.set(world.db.doc(`c/${id}`), { v });
  await batch.commit();
}

/** Runs a query and lists the ids of what it found, in its order. */
export async function idsOf(query: Query): Promise<readonly string[]> {
  return (await query.get()).docs.map(({ id }) => id);
}
