/** The types of `client-files.mjs`. */
export const COMPRESSED: string;
export function finishClientFiles(dist: string): void;
