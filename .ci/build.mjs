// Bundles the program with splitting: the entry holds yargs and the list of commands, each command's code is a chunk of
// its own, so that nothing is loaded before it is needed.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const TEXT = { 'string-width': 'stringWidth', 'strip-ansi': 'stripAnsi', 'wrap-ansi': 'wrapAnsi' };

/** Yargs lays its help out, Ink measures lines: neither needs to know what those packages know. */
const plainText = {
  name: 'plain-text',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(?:string-width|strip-ansi|wrap-ansi)$/ }, ({ path, importer }) => {
      if (/node_modules[\\/](?:yargs|cliui)[\\/]/.test(importer)) return { path, namespace: 'plain-text' };
      return path === 'string-width' ? { path, namespace: 'terminal-text' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'plain-text' }, ({ path }) => exported(path, './.ci/plain-text.js'));
    onLoad({ filter: /.*/, namespace: 'terminal-text' }, ({ path }) => exported(path, './.ci/terminal-text.js'));
  },
};

function exported(path, from) {
  return { contents: `export { ${TEXT[path]} as default } from '${from}';`, resolveDir: resolve('.') };
}

/** Yoga would fetch its own `data:` URL, and load all of Node's HTTP client for that. */
const noFetch = {
  name: 'no-fetch',
  setup: ({ onLoad }) => {
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
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
  target: 'node22.12',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
  define: { 'process.env.NODE_ENV': '"production"', WIRELOG_VERSION: JSON.stringify(version) },
  alias: { 'react-devtools-core': './.ci/no-devtools.js' },
  plugins: [plainText, noFetch],
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
