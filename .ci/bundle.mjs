// How the program is bundled: what is put in place of modules of which it needs little, and what it takes of Node's.

import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';

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

/** Modules that take long to load, of which most calls of the program need nothing: loaded at the first call of a function. */
const HEAVY = new Set([
  'assert',
  'child_process',
  'crypto',
  'http',
  'module',
  'net',
  'os',
  'readline',
  'tls',
  'url',
  'zlib',
]);

/**
 * An `import` of one of Node's modules asks for each name that it exports, and behind some of those lie whole modules
 * more: a tenth of the start. So what the program uses is taken from them one by one.
 */
const nodeModules = {
  name: 'node-modules',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^[a-z:_/0-9]+$/ }, ({ path, kind, importer }) => {
      if (!isBuiltin(path)) return undefined;
      // Ink imports some of them whole.
      const isWhole = kind === 'require-call' || /node_modules[\\/]ink[\\/]/.test(importer);
      const namespace = isWhole ? 'node-required' : 'node-imported';
      return { path: path.replace(/^node:/, ''), namespace, sideEffects: false };
    });
    onLoad({ filter: /.*/, namespace: 'node-required' }, ({ path }) => ({
      contents: `module.exports = ${taken(path)};`,
    }));
    onLoad({ filter: /.*/, namespace: 'node-imported' }, async ({ path }) => ({
      contents: Object.entries(await import(`node:${path}`))
        .map(([name, value]) => exportedFrom(path, name, value))
        .join('\n'),
    }));
  },
};

function taken(id) {
  return `process.getBuiltinModule('node:${id}')`;
}

function exportedFrom(id, name, value) {
  if (name === 'default') return `export default /* @__PURE__ */ ${taken(id)};`;
  // What begins with a small letter is called, not constructed.
  const isCalled = HEAVY.has(id) && typeof value === 'function' && /^[a-z]/.test(name);
  if (isCalled) return `export function ${name}(...given) { return ${taken(id)}.${name}(...given); }`;
  return `const $${name} = /* @__PURE__ */ (() => ${taken(id)}.${name})();\nexport { $${name} as ${name} };`;
}

/** Options of esbuild for whatever is made of it. */
export const BUNDLE = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  minify: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', WIRELOG_VERSION: JSON.stringify(version) },
  alias: { 'react-devtools-core': './.ci/no-devtools.js' },
  logLevel: 'warning',
};

export const PLUGINS = [plainText, noFetch, nodeModules];
