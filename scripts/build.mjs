/** `npm run build`: always builds, and leaves the stamp by which `npm start` sees that a build is current. */
import './require-node.mjs';

const { build, install, orExplain } = await import('./set-up.mjs');

await orExplain(async () => {
  await install();
  const { code } = await build();
  process.exitCode = code;
});
