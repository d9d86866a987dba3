// Writes the generated parts of the README; with --check only says whether they are as they should be.

import { readFileSync, writeFileSync } from 'node:fs';
import { inGroups, KEYMAP, keysLabel } from '../cli/inspect/keys/keymap.ts';
import { FORMATS } from '../src/ingest/formats.ts';
import { FLAGS, NAMED_NUMBERS, NAMES, NUMBERS, PATTERNS } from '../src/judge/filter/filter-terms.ts';
import { areasAsMarkdown } from '../src/render/catalogue.ts';
import { RULES } from '../src/rules/all.ts';

const PARTS: Readonly<Record<string, () => string>> = {
  areas: () => areasAsMarkdown(RULES),
  formats: () =>
    `| format | what |\n| --- | --- |\n${FORMATS.map(({ id, title }) => `| \`${id}\` | ${title} |\n`).join('')}`,
  filters: () => {
    const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ');
    const rows = [
      ['rows that are or have', list(Object.keys(FLAGS))],
      ['frames of an opcode', list(Object.keys(NAMED_NUMBERS['opcode'] ?? {}))],
      ['numbers, with `==` `!=` `<` `<=` `>` `>=`', list(Object.keys(NUMBERS))],
      ['words, with `==` `!=`', list(Object.keys(NAMES))],
      ['patterns', list(Object.keys(PATTERNS).map((name) => `${name}:…`))],
      ['put together with', list(['and', 'or', 'not', '( )'])],
    ];
    return `| what | |\n| --- | --- |\n${rows.map(([what, names]) => `| ${what} | ${names} |\n`).join('')}`;
  },
  keys: () => {
    const rows = inGroups(KEYMAP).flatMap(({ title, bindings }) => [
      `| **${title}** | |\n`,
      ...bindings.map((binding) => `| ${inCell(keysLabel(binding))} | ${inCell(binding.help)} |\n`),
    ]);
    return `| key | what it does |\n| --- | --- |\n${rows.join('')}`;
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
