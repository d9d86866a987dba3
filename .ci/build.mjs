// Bundles the program with splitting: the entry holds yargs and the list of commands, each command's code is a chunk of
// its own, so that nothing is loaded before it is needed.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { wirelog: 'cli/wirelog.ts', lib: 'src/wirelog.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
  define: { 'process.env.NODE_ENV': '"production"', WIRELOG_VERSION: JSON.stringify(version) },
  alias: { 'react-devtools-core': './.ci/no-devtools.js' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
