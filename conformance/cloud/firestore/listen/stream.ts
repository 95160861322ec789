import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { Clock } from '../../clock.ts';
import { RpcError, type Wire } from '../../rpc/service.ts';
import type { Database } from '../store/database.ts';
import type { Change } from '../store/document.ts';
import type { Databases } from '../store/store.ts';
import type { Access } from '../transactions/access.ts';
import { messageOf, numberOf, textOf } from '../wire/fields.ts';
import { parseDatabaseName } from '../wire/names.ts';
import { microsToWire } from '../wire/timestamps.ts';
import { afterCommit, type Shown, shownOf, tellChanges, tellMissing } from './changes.ts';
import { type Target, targetFromWire } from './target.ts';

/** What streams need to know of the server. */
export interface Listening {
  readonly databases: Databases;
  readonly access: Access;
  readonly clock: Clock;
  /** Begins every resume token: one from an earlier life of the server means nothing here. */
  readonly token_mark: string;
}

/** Clients take a stream that is silent for two minutes for dead. */
const HEARTBEAT_MS = 30_000;

interface Listened {
  readonly target: Target;
  shown: Shown;
}

/** Serves one stream of Listen: targets come and go, and each is told of every commit that changes what it shows. */
export function listen(listening: Listening, call: ServerDuplexStream<Wire, Wire>, first: Wire): void {
  const database = listening.databases.open(parseDatabaseName(textOf(first, 'database')));
  const targets = new Map<number, Listened>();
  const stopCommits = database.onCommit((changes) => tellCommit(listening, database, targets, changes, call));
  const beat = () => {
    tellMoment(listening, call, listening.access.now());
    stopBeat = listening.clock.schedule(HEARTBEAT_MS, beat);
  };
  let stopBeat = listening.clock.schedule(HEARTBEAT_MS, beat);
  const stop = () => {
    stopCommits();
    stopBeat();
  };
  call.once('end', stop);
  call.once('cancelled', stop);
  call.once('close', stop);

  const take = (request: Wire) => {
    const added = messageOf(request, 'addTarget');
    if (added !== undefined) addTarget(listening, database, targets, added, call);
    const removed = numberOf(request, 'removeTarget');
    if (removed !== 0 && targets.delete(removed)) call.write(targetChange('REMOVE', [removed]));
  };
  take(first);
  call.on('data', take);
}

function addTarget(
  listening: Listening,
  database: Database,
  targets: Map<number, Listened>,
  message: Wire,
  call: ServerDuplexStream<Wire, Wire>,
): void {
  const id = numberOf(message, 'targetId') || Math.max(0, ...targets.keys()) + 1;
  try {
    const target = targetFromWire(message, database);
    const read_micros = listening.access.now();
    const before = shownBefore(listening, database, target);
    const shown = shownOf(target, database);
    call.write(targetChange('ADD', [id]));
    if (before === undefined && target.resume !== undefined) call.write(targetChange('RESET', [id]));
    for (const each of tellChanges(id, target, [before ?? new Map(), shown], database, read_micros)) {
      call.write(each);
    }
    for (const [path, name] of target.named) {
      if (!shown.has(path) && !before?.has(path)) call.write(tellMissing(id, name, read_micros));
    }
    call.write(targetChange('CURRENT', [id], momentOf(listening, read_micros)));
    tellMoment(listening, call, read_micros);
    if (target.once) call.write(targetChange('REMOVE', [id]));
    else targets.set(id, { target, shown });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    call.write(targetChange('REMOVE', [id], { cause: { code: error.code, message: error.message } }));
  }
}

/** What the client saw last; `undefined` when it begins, or when its moment is forgotten. */
function shownBefore(listening: Listening, database: Database, target: Target): Shown | undefined {
  const micros = resumeMicros(listening, target.resume);
  const past = micros === undefined ? undefined : database.snapshotAt(micros);
  if (past === undefined) return undefined;
  const shown = shownOf(target, past);
  past.release();
  return shown;
}

function resumeMicros({ token_mark, access }: Listening, resume: Target['resume']): bigint | undefined {
  if (typeof resume === 'bigint') {
    if (resume <= access.now()) return resume;
    throw new RpcError(status.INVALID_ARGUMENT, "a target's read_time must not lie in the future");
  }
  const [mark, micros] = resume?.toString('latin1').split(' ') ?? [];
  return mark === token_mark && micros !== undefined ? BigInt(micros) : undefined;
}

function tellCommit(
  listening: Listening,
  database: Database,
  targets: ReadonlyMap<number, Listened>,
  changes: readonly Change[],
  call: ServerDuplexStream<Wire, Wire>,
): void {
  const read_micros = listening.access.now();
  let told = false;
  for (const [id, listened] of targets) {
    const shown = afterCommit(listened.target, listened.shown, changes, database);
    if (shown === listened.shown) continue;
    const messages = tellChanges(id, listened.target, [listened.shown, shown], database, read_micros);
    listened.shown = shown;
    for (const each of messages) call.write(each);
    told ||= messages.length > 0;
  }
  if (told) tellMoment(listening, call, read_micros);
}

/** Tells that everything up to a moment has been told. */
function tellMoment(listening: Listening, call: ServerDuplexStream<Wire, Wire>, read_micros: bigint): void {
  call.write(targetChange('NO_CHANGE', [], momentOf(listening, read_micros)));
}

function momentOf({ token_mark }: Listening, read_micros: bigint): Wire {
  return { resumeToken: Buffer.from(`${token_mark} ${read_micros}`), readTime: microsToWire(read_micros) };
}

function targetChange(targetChangeType: string, targetIds: readonly number[], more: Wire = {}): Wire {
  return { targetChange: { targetChangeType, targetIds, ...more } };
}
