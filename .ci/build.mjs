// Bundles the program with splitting: the entry holds yargs and the list of commands, each command's code is a chunk of
// its own, so that nothing is loaded before it is needed.
import './node-version.mjs';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE, PLUGINS } from './bundle.mjs';

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
  ...BUNDLE,
  write: false,
  splitting: true,
  target: 'node22.12',
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [...PLUGINS, oneCore],
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
