// npm scripts find the Node that the package `node` brings. Where its install script was not allowed to run, they
// would silently run on whatever the machine has.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `wirelog needs Node 22.12 or newer, and this is ${process.versions.node}: run npm ci without --ignore-scripts`,
  );
  process.exit(2);
}
