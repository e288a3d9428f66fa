/** Measures the browser part of the session, without React, minified and compressed, and fails above its limits. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** 3.5 KiB. */
const LIMIT_BYTES = 3_584;
/** 1.0 KiB on top: the key and the proofs. */
const PROOF_LIMIT_BYTES = 1_024;

/** Replaces the proofs, for a bundle that works without keys. */
const withoutProofs = {
  name: 'without-proofs',
  setup({ onLoad }) {
    onLoad({ filter: /session\/api-call\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace('withProof(ungatedFetch, nonce)', 'ungatedFetch'),
      loader: 'ts',
    }));
    onLoad({ filter: /session\/proof-nonce\.ts$/ }, () => ({ contents: 'export function noteNonce() {}' }));
  },
};

async function bundle(plugins = []) {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents:
        "import { session, installFetchGate } from './lib/client/session/session.ts'; installFetchGate(); window.session = session;",
      resolveDir: new URL('..', import.meta.url).pathname,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
    outdir: 'out',
    plugins,
  });
  const [{ contents }] = outputFiles;
  return {
    bytes: gzipSync(contents, { level: 9 }).length,
    minified: contents.length,
    inputs: metafile.outputs['out/stdin.js'].inputs,
  };
}

/** Compressed bytes of the part without keys, and what proofs add. */
export async function weigh() {
  const [whole, withoutKeys] = [await bundle(), await bundle([withoutProofs])];
  return { session: withoutKeys.bytes, proof: whole.bytes - withoutKeys.bytes, whole };
}

function judge(name, bytes, limit) {
  console.log(`${name}: ${bytes} bytes compressed of ${limit}.`);
  if (bytes <= limit) return;
  console.error(`That is ${bytes - limit} bytes too many.`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { session, proof, whole } = await weigh();
  judge('Session client', session, LIMIT_BYTES);
  judge('Bound to a key', proof, PROOF_LIMIT_BYTES);
  console.log(`Together: ${whole.bytes} bytes compressed, ${whole.minified} minified.`);
  for (const [path, { bytesInOutput }] of Object.entries(whole.inputs)) {
    console.log(`  ${String(bytesInOutput).padStart(5)} ${path}`);
  }
}
