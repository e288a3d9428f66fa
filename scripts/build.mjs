/** `npm run build`: the production build, whatever its state, leaving the mark by which `npm start` knows it. */
import './require-node.mjs';

const { build, install, orExplain } = await import('./set-up.mjs');

await orExplain(async () => {
  await install();
  const { code } = await build();
  process.exitCode = code;
});
