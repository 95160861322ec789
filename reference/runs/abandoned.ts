/** How many a process remembers. One that is forgotten costs a delivery the wait for its lease, and nothing else. */
const REMEMBERED_MAX = 1000;

/**
 * Remember a claim that may still stand in the store although nobody works under it; the oldest makes way.
 *
 * Whoever sees the claim given back takes it out again: what is left here are claims whose fate is unknown.
 */
export function abandonClaim(abandoned: Set<string>, claim: string): void {
  abandoned.add(claim);
  const [oldest] = abandoned;
  if (abandoned.size > REMEMBERED_MAX && oldest !== undefined) abandoned.delete(oldest);
}
