/** One way to break a judge. */
export interface MonsterKind {
  readonly name: string;
  /** What it is: a fan-in orchestrator, or the first two phases. */
  readonly cast: 'orchestrator' | 'first-phases';
  /** Exit codes that are right: 1 a broken promise, 3 nothing or not enough could be judged, 0 it is right after all. */
  readonly codes: readonly number[];
  /** What the judge says of it, on either stream. */
  readonly says: RegExp;
}

function kind(
  name: string,
  codes: readonly number[],
  says: RegExp,
  cast: MonsterKind['cast'] = 'orchestrator',
): MonsterKind {
  return { name, cast, codes, says };
}

const VERDICT = /does not conform/;

/** Every kind that was thought of; unseen ones are the point, so each names a family and not a judge's special case. */
export const KINDS: readonly MonsterKind[] = [
  kind('fields-invalid', [1], VERDICT),
  kind('fields-empty', [1], VERDICT),
  kind('fields-huge', [1], VERDICT),
  kind('counts-negative', [1], VERDICT, 'first-phases'),
  kind('fields-invalid', [1], VERDICT, 'first-phases'),
  kind('fields-huge', [1], VERDICT, 'first-phases'),
  kind('answers-500', [1, 3], /500/),
  kind('answers-none', [1, 3], /no answer|answered nothing/),
  kind('answers-slow', [1, 3], VERDICT),
  kind('answers-endless', [1, 3], VERDICT),
  kind('does-nothing', [1], VERDICT),
  kind('exits-at-once', [3], /ModuleNotFoundError/),
  kind('exits-at-random', [1, 3], /ended/),
  kind('exits-at-each-delivery', [1, 3], /ended/),
  kind('never-ready', [3], /was not ready within/),
  kind('floods-output', [1], VERDICT),
  kind('logs-300000-lines', [1], VERDICT),
  kind('ready-without-newline', [1], VERDICT),
  kind('ready-in-colours', [1], VERDICT),
  kind('forks', [1], VERDICT),
  kind('holds-its-port', [1], VERDICT),
  kind('ignores-sigterm', [1], VERDICT),
  kind('publishes-1000', [1], VERDICT),
  kind('publishes-10000', [1], VERDICT),
  kind('publishes-to-every-topic', [1], VERDICT),
  kind('publishes-to-itself', [1], VERDICT),
  kind('publishes-nowhere', [1, 3], /no-such-topic|does not conform/),
  kind('ignores-the-project', [1, 3], /project|does not conform/),
  kind('no-sweep', [1], VERDICT),
];

/** Name a kind so that no other has the same name. */
export function label({ name, cast }: MonsterKind): string {
  return cast === 'orchestrator' ? name : `${name} (${cast})`;
}
