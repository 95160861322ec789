/** What the process tells its caller. */
export const EXIT = {
  conforms: 0,
  does_not_conform: 1,
  usage: 2,
  unavailable: 3,
  judge_fault: 4,
  interrupted: 130,
} as const;

/** A usage error of the command line itself. */
export class UsageError extends Error {}
