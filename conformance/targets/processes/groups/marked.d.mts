export const MARK_NAME: string;
export function endMarked(mark: string): void;
