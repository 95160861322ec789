/**
 * Awaits something that a right program does long before.
 *
 * @throws {Error} that says what did not come, so that a benchmark ends instead of waiting for ever.
 */
export async function within<Result>(
  duration_ms: number,
  awaited: Promise<Result>,
  what: string,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`expected ${what} within ${duration_ms / 1000} s, it did not come`)),
      duration_ms,
    );
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}
