// The program as one file with Node within, for machines that have none, and what belongs beside it:
// node .ci/executable.mjs FOLDER, after npm run build. Node 25.7 or newer makes it, and is what it holds.

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE, PLUGINS } from './bundle.mjs';

const [output] = process.argv.slice(2);
if (output === undefined) throw new Error('name the folder to write');
mkdirSync(output, { recursive: true });
copyFileSync('LICENSE', join(output, 'LICENSE'));
// Downloads of Node have it beside the folder of the program.
copyFileSync(join(dirname(process.execPath), '../LICENSE'), join(output, 'LICENSE-OF-NODE.txt'));
for (const name of ['LICENSES-OF-BUNDLED-PACKAGES.txt', 'wirelog.1', 'completion']) {
  cpSync(join('dist', name), join(output, name), { recursive: true });
}

const folder = mkdtempSync(join(tmpdir(), 'wirelog-'));
const main = join(folder, 'wirelog.mjs');
const config = join(folder, 'sea.json');
const suite = resolve('logs/suite');
// In an executable nothing can be loaded on demand from files, so all is in one module.
await build({ ...BUNDLE, entryPoints: ['cli/wirelog.ts'], outfile: main, target: 'node26', plugins: PLUGINS });
writeFileSync(
  config,
  JSON.stringify({
    main,
    mainFormat: 'module',
    output: resolve(output, 'wirelog'),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets: Object.fromEntries(readdirSync(suite).map((name) => [name, join(suite, name)])),
  }),
);
execFileSync(process.execPath, [`--build-sea=${config}`], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
