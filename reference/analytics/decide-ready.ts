import type { ProcessorRunHistory } from '../../generated/models.ts';
import { TABLE_READINESS } from '../../generated/topology.ts';

/**
 * How far the required tables of a processor are.
 *
 * `ready`: all are there. `empty`: all have reported, and one that must not be empty is. `waiting`: some have not
 * reported, or failed.
 */
export type TableReadiness =
  | { readonly state: 'ready' | 'empty'; readonly inputs: readonly ProcessorRunHistory[] }
  | { readonly state: 'waiting'; readonly missing: readonly string[] };

/**
 * Decide whether a processor's required tables can be read.
 *
 * @param requires      canonical names of the raw processors that write the tables.
 * @param runs          raw runs of one game_date and run, oldest first.
 * @param for_backfill  whether runs that published nothing count. To a live run they do not: their tables belong to
 *                      a backfill, and the live tables are still to come.
 * @returns             with the run that stands for each table: the last that counts, else the last empty one.
 * @see asyncapi.yaml#/x-table-readiness, requirement IDEM-002
 */
export function decideReady(
  requires: readonly string[],
  runs: readonly ProcessorRunHistory[],
  for_backfill: boolean,
): TableReadiness {
  const reported = runs.filter(({ skip_downstream_trigger }) => for_backfill || !skip_downstream_trigger);
  const inputs = requires.flatMap((table) => {
    const ofTable = reported.filter(({ processor_name }) => processor_name === table);
    return ofTable.findLast(isFilled) ?? ofTable.findLast(({ status }) => status === 'no_data') ?? [];
  });
  if (inputs.length < requires.length) {
    const settled = inputs.map(({ processor_name }) => processor_name);
    return { state: 'waiting', missing: requires.filter((table) => !settled.includes(table)) };
  }
  const isEmpty = inputs.some((input) => !isFilled(input) && !mayBeEmpty(input.processor_name));
  return { state: isEmpty ? 'empty' : 'ready', inputs };
}

function isFilled({ status }: ProcessorRunHistory): boolean {
  return TABLE_READINESS.counts.some((counting) => counting === status);
}

function mayBeEmpty(table: string): boolean {
  return TABLE_READINESS.may_be_empty.some((allowed) => allowed === table);
}
