/** What must be there before the first request. Next calls `register` once per process, and answers nothing before it is done. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { start } = await import('./lib/server/start.ts');
  await start();
}
