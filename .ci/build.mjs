// Bundles the program with splitting: the entry holds yargs and the list of commands, each command's code is a chunk of
// its own, so that nothing is loaded before it is needed.
import './node-version.mjs';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
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
      const id = path.replace(/^node:/, '');
      if (!builtinModules.includes(id)) return undefined;
      // Ink imports some of them whole.
      const isWhole = kind === 'require-call' || /node_modules[\\/]ink[\\/]/.test(importer);
      const namespace = isWhole ? 'node-required' : 'node-imported';
      return { path: id, namespace, sideEffects: false };
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

/**
 * A module that several commands need in different company gets a chunk of its own, and each chunk costs half a
 * millisecond. So whatever is loaded on demand is made to need all that is loaded at every start, and nearly all of it
 * what `annotate` needs: of either there is one chunk.
 */
const START = resolve('cli/main.ts');
const CORE = resolve('cli/annotate/annotate-logs.ts');
/** What has to be there at once, and needs little. */
const WITHOUT_CORE =
  /[\\/]cli[\\/](?:full-call|completion[\\/].*|help[\\/].*)\.ts$|[\\/](?:form-names|filter-terms)\.ts$/;
const oneCore = {
  name: 'one-core',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
      const target = resolve(resolveDir, path);
      return kind === 'dynamic-import' && target !== START ? { path: target, namespace: 'on-demand' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ path }) => ({
      contents: `export * from ${JSON.stringify(path)};\n${needing(WITHOUT_CORE.test(path) ? [START] : [START, CORE])}`,
      resolveDir: dirname(path),
    }));
    onLoad({ filter: /[\\/]src[\\/]wirelog\.ts$/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\n${needing([CORE])}`,
      loader: 'ts',
    }));
  },
};

function needing(paths) {
  return paths.map((path) => `import ${JSON.stringify(path)};\n`).join('');
}

const { outputFiles, metafile } = await build({
  metafile: true,
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
  plugins: [plainText, noFetch, nodeModules, oneCore],
  logLevel: 'warning',
});

// Only what is built replaces what was there.
rmSync('dist', { recursive: true, force: true });
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
chmodSync('dist/wirelog.js', 0o755);
writeFileSync('dist/LICENSES-OF-BUNDLED-PACKAGES.txt', licencesOf(Object.keys(metafile.inputs)));
// The program prints its own manual and completion.
const printed = (...args) => execFileSync(process.execPath, ['dist/wirelog.js', ...args]);
writeFileSync('dist/wirelog.1', printed('help', '--man'));
mkdirSync('dist/completion', { recursive: true });
for (const [shell, name] of Object.entries({ bash: 'wirelog.bash', zsh: '_wirelog', fish: 'wirelog.fish' })) {
  writeFileSync(`dist/completion/${name}`, printed('completion', shell));
}
execFileSync('node_modules/.bin/tsc', ['--project', '.ci/types.tsconfig.json'], { stdio: 'inherit' });
removeUnreached('dist/types', 'wirelog.d.ts');

/** Of the types of all modules only those are needed that the library's own name. */
function removeUnreached(folder, entry) {
  const reached = new Set([join(folder, entry)]);
  for (const file of reached) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)\.ts['"]/g)) {
      reached.add(join(dirname(file), `${path}.d.ts`));
    }
  }
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, name);
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}

/** The licence texts of all packages of which something is in the bundle. */
function licencesOf(inputs) {
  const folders = inputs.map((input) => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  const texts = [...new Set(folders.filter(Boolean))].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(`${folder}/${file}`, 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
