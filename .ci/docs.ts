// Writes the generated parts of the README; with --check only says whether they are as they should be.

import { readFileSync, writeFileSync } from 'node:fs';
import { inGroups, KEYMAP, keysLabel } from '../cli/inspect/keys/keymap.ts';
import { FORMATS } from '../src/ingest/formats.ts';
import { areasAsMarkdown } from '../src/render/catalogue.ts';
import { RULES } from '../src/rules/all.ts';

const PARTS: Readonly<Record<string, () => string>> = {
  areas: () => areasAsMarkdown(RULES),
  formats: () =>
    `| format | what |\n| --- | --- |\n${FORMATS.map(({ id, title }) => `| \`${id}\` | ${title} |\n`).join('')}`,
  keys: () => {
    const rows = inGroups(KEYMAP).map(({ title, bindings }) => {
      const lines = bindings.map((binding) => `**${inCell(keysLabel(binding))}** ${inCell(binding.help)}`);
      return `| ${title} | ${lines.join('<br>')} |\n`;
    });
    return `| when | keys |\n| --- | --- |\n${rows.join('')}`;
  },
};

/** A bar would end the cell, in code too. */
function inCell(text: string): string {
  return text.replace(/[|\\]/g, '\\$&');
}

const before = readFileSync('README.md', 'utf8');
let after = before;
for (const [name, make] of Object.entries(PARTS)) {
  const part = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!part.test(after)) throw new Error(`README.md has no part "${name}"`);
  after = after.replace(part, (_, open: string, close: string) => `${open}\n${make()}\n${close}`);
}
if (after === before) console.log('README.md: the generated parts are as they should be');
else if (process.argv.includes('--check')) {
  console.error('README.md: the generated parts are old: run npm run docs');
  process.exitCode = 1;
} else writeFileSync('README.md', after);
