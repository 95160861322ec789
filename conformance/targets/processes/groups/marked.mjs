// Finds processes by a mark in their environment, which they hand on to whatever they start: also to what left their group.
import { readdirSync, readFileSync } from 'node:fs';

/** The environment variable that carries the mark. */
export const MARK_NAME = 'CONFORMANCE_PROCESS';

/** A process may start another one while its own end is on the way. */
const ROUNDS_MAX = 10;

/**
 * Ends every process that carries a mark or one that begins with it and a dot. Only Linux shows environments; elsewhere nothing happens.
 *
 * @param {string} mark
 */
export function endMarked(mark) {
  if (process.platform !== 'linux') return;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && carries(name, mark));
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
  }
}

function carries(pid, mark) {
  if (Number(pid) === process.pid) return false;
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
    return [`${mark}\0`, `${mark}.`].some((value) => environment.includes(`\0${MARK_NAME}=${value}`));
  } catch {
    // It ended meanwhile, or is somebody else's.
    return false;
  }
}
