/** A port that could not be listened on. */
export class PortError extends Error {}
