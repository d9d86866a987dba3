#!/usr/bin/env node
// An older Node could not even read the rest of the program, so the rest is loaded only where it can be.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(`wirelog: this is Node ${process.versions.node}, and wirelog needs Node 22.12 or newer\n`);
  process.exitCode = 2;
} else {
  const { main } = await import('./main.ts');
  await main(process.argv.slice(2));
}
