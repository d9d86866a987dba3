// Bundles the program with splitting: the entry holds yargs and the list of commands, each command's code is a chunk of
// its own, so that nothing is loaded before it is needed.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** For yargs and its layout only: Ink does need to measure. */
const plainText = {
  name: 'plain-text',
  setup: ({ onResolve, onLoad }) => {
    const names = { 'string-width': 'stringWidth', 'strip-ansi': 'stripAnsi', 'wrap-ansi': 'wrapAnsi' };
    onResolve({ filter: /^(?:string-width|strip-ansi|wrap-ansi)$/ }, ({ path, importer }) =>
      /node_modules[\\/](?:yargs|cliui)[\\/]/.test(importer) ? { path, namespace: 'plain-text' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'plain-text' }, ({ path }) => ({
      contents: `export { ${names[path]} as default } from './.ci/plain-text.js';`,
      resolveDir: resolve('.'),
    }));
  },
};

const { outputFiles } = await build({
  entryPoints: { wirelog: 'cli/wirelog.ts', lib: 'src/wirelog.ts' },
  outdir: 'dist',
  bundle: true,
  write: false,
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
  plugins: [plainText],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

// Only what is built replaces what was there.
rmSync('dist', { recursive: true, force: true });
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
chmodSync('dist/wirelog.js', 0o755);
