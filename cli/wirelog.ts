#!/usr/bin/env node
// An older Node could not even read the rest of the program, so the rest is loaded only where it can be.

declare const WIRELOG_VERSION: string;

const INTERRUPTED = 130;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.exitCode = runByOwnNode() ?? refuseNode();
} else if (process.argv[2] === '--version' && process.argv.length === 3) {
  process.stdout.on('error', () => {});
  process.stdout.write(`${WIRELOG_VERSION}\n`);
} else {
  keepCompiled();
  const { main } = await import('./main.ts');
  await main(process.argv.slice(2));
}

/** A checkout has a Node of its own, as a package. Null where there is none; else the exit code. */
function runByOwnNode(): number | null {
  const { getBuiltinModule: builtin, execPath, argv, platform } = process;
  // Before Node 20.16 there is no such function.
  if (!builtin) return null;
  const name = platform === 'win32' ? 'node.exe' : 'node';
  const own = builtin('node:url').fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url));
  if (!builtin('node:fs').existsSync(own) || own === execPath) return null;
  return builtin('node:child_process').spawnSync(own, argv.slice(1), { stdio: 'inherit' }).status ?? INTERRUPTED;
}

function refuseNode(): number {
  process.stderr.write(`wirelog: this is Node ${process.versions.node}, and wirelog needs Node 22.12 or newer\n`);
  return 2;
}

/**
 * Has Node keep the compiled program where caches of the user go, which saves a quarter of a start. Where nothing can be
 * written there, nothing is kept. NODE_COMPILE_CACHE names another place, and NODE_DISABLE_COMPILE_CACHE=1 keeps nothing.
 */
function keepCompiled(): void {
  const { env, platform } = process;
  const own = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  const home = env['HOME'] && `${env['HOME']}/${platform === 'darwin' ? 'Library/Caches' : '.cache'}`;
  const caches = [own, home].find((folder) => folder && /^(?:\/|[a-z]:)/i.test(folder));
  // A folder in which others may write could bring code of theirs, so it is none for temporary files.
  if (caches) process.getBuiltinModule('node:module').enableCompileCache(`${caches}/wirelog`);
}
