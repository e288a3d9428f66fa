/** The types of what TypeScript takes from `set-up.mjs`. */
export const ROOT: string;
export function buildIfStale(root?: string): Promise<void>;
export function installFailure(root: string, output: string): string;
export function isBuilt(root: string): boolean;
export function isInstalled(root: string): boolean;
export function sourceHash(root: string): string;
