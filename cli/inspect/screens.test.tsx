// Each screen at three sizes, with and without colour, in the files beside: what a change does to them shows in its diff.

import { describe, expect, it } from 'vitest';
import { directory } from './browser/cases.fixture.ts';
import { closeCase, sourceOf } from './log/log.fixture.ts';
import { type FakeTerminal, runInspect } from './terminal.fixture.ts';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

interface Scene {
  readonly name: string;
  readonly subject: () => Parameters<typeof runInspect>[0];
  readonly keys: readonly (readonly [keys: string, until: RegExp])[];
}

const log = () => sourceOf(closeCase());

const SCENES: readonly Scene[] = [
  { name: 'stepper', subject: log, keys: [['e', /> {2}4 RX/]] },
  {
    name: 'detail-and-hex',
    subject: log,
    keys: [
      ['0g\rl', /▾ header/],
      ['jjj', /opcode: octet 0/],
    ],
  },
  {
    name: 'filter',
    subject: log,
    keys: [
      ['fnot frame\r', /not frame/],
      ['f and len>x', /"x" is not a number/],
    ],
  },
  { name: 'help', subject: log, keys: [['?', /Help · lines/]] },
  { name: 'export', subject: log, keys: [['x', /━ Export/]] },
  { name: 'palette', subject: log, keys: [[':next', /> next-/]] },
  { name: 'statistics', subject: log, keys: [['i', /statistics {2}6 rows$/m]] },
  { name: 'layout', subject: log, keys: [['|', /layout: /]] },
  { name: 'cases', subject: () => directory(), keys: [['e', /why/]] },
  {
    name: 'comparison',
    subject: () => directory(),
    keys: [
      ['e', /why/],
      ['d', /▶≠◀/],
    ],
  },
];

async function staged({ subject, keys }: Scene, [columns, rows]: readonly [number, number], color: boolean) {
  const terminal: FakeTerminal = runInspect(subject(), columns, rows, { color });
  await terminal.when((text) => text.includes('? help') && !/loading|reading/.test(text));
  for (const [typed, until] of keys) {
    terminal.type(typed);
    await terminal.when((text) => until.test(text));
  }
  const lines = await terminal.when((text) => !/loading|reading/.test(text));
  const looks = terminal.looks();
  terminal.type('\x03');
  await terminal.exit;
  return { lines, looks };
}

describe.each(SCENES)('the screen $name', (scene) => {
  it.each(SIZES)('at %ix%i', async (columns, rows) => {
    const { lines, looks } = await staged(scene, [columns, rows], false);
    expect(lines).toHaveLength(rows);
    expect(looks.join('')).toBe('');
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`screens/${scene.name}-${columns}x${rows}.txt`);
  });

  it.each(SIZES)('at %ix%i in colour', async (columns, rows) => {
    const { lines, looks } = await staged(scene, [columns, rows], true);
    const text = lines.map((line, y) => `${line}\n${looks[y] === '' ? '' : `  ~ ${looks[y]}\n`}`).join('');
    await expect(text).toMatchFileSnapshot(`screens/${scene.name}-${columns}x${rows}-color.txt`);
  });
});
