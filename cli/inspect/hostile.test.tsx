// A log must not be able to drive the terminal: whatever stands in payloads, header names and values, close reasons and
// names of agents, nothing but our own codes goes to the screen. 100,000 random texts, seeded.

import { describe, expect, it } from 'vitest';
import type { AnnotatedRow } from '../../src/judge/annotation.ts';
import { wholeOctets } from '../../src/model/octets.ts';
import type { Row } from '../../src/model/row.ts';
import { annotation, BESIDE, decoded, HEADER } from './log/log.fixture.ts';
import type { InspectSink } from './log/store.ts';
import { detailLines } from './row/detail-lines.ts';
import type { DetailField } from './row/field.ts';
import { detailFieldsOf } from './row/fields.ts';
import { NOTHING_PICKED, paintHexLines } from './row/hex-lines.ts';
import { hexView } from './row/hex-view.ts';
import { rowLine } from './row/row-line.ts';
import { whyLines } from './row/why-lines.ts';
import { cellsOf } from './terminal/cells.ts';
import { runInspect } from './terminal.fixture.ts';

const HEADS = 1000;
const FIELDS = 20;
const FRAMES = 15_000;
const FRAMES_A_ROW = 20;

let seed = 20261122;
function random(most: number): number {
  seed = (seed * 48271) % 2147483647;
  return seed % most;
}

/** What terminals obey, and what makes text lie about itself. */
const EVIL = [
  '\x1b[2J',
  '\x1b]52;c;AAAA\x07',
  '\x1b]0;title\x1b\\',
  '\x9b31m',
  '\x90q\x9c',
  '\u202e',
  '\u200b',
  '\u2028',
  '\ud800',
  '\x00\x08\x0d\x0a\x7f',
  '\ufeff',
  '\u0301',
  '👩‍👩‍👧',
];

function randomOctets(most: number): Buffer {
  const length = random(most);
  if (random(3) > 0) return Buffer.from(Array.from({ length }, () => random(256)));
  const text = Array.from({ length: length >> 3 }, () => EVIL[random(EVIL.length)] ?? '').join('');
  return Buffer.from(text, random(2) === 0 ? 'utf8' : 'latin1').subarray(0, most);
}

function row(number: number, direction: 'rx' | 'tx', octets: Uint8Array): Row {
  return { kind: 'octets', row: number, time: null, direction, octets: wholeOctets(octets), sync: false };
}

const OPCODES = [0x81, 0x82, 0x88, 0x89, 0x8a, 0x01, 0x80, 0xc1];

function frame(): Buffer {
  const payload = randomOctets(100);
  return Buffer.concat([Buffer.from([OPCODES[random(OPCODES.length)] ?? 0x81, payload.length]), payload]);
}

function frameRows(): readonly AnnotatedRow[] {
  const rows = Array.from({ length: FRAMES / FRAMES_A_ROW }, (_, number) =>
    row(number, 'tx', Buffer.concat(Array.from({ length: FRAMES_A_ROW }, frame))),
  );
  return decoded(rows);
}

/** Line ends within a name or value would only make other lines of it. */
function headText(): Buffer {
  return Buffer.from(randomOctets(60).filter((octet) => octet !== 0x0a));
}

function headRow(): readonly AnnotatedRow[] {
  const fields = Array.from({ length: FIELDS }, () =>
    Buffer.concat([headText(), Buffer.from(':'), headText(), Buffer.from('\r\n')]),
  );
  const start = Buffer.concat([Buffer.from('GET /'), headText(), Buffer.from(' HTTP/1.1\r\n')]);
  return decoded([row(0, 'rx', Buffer.concat([start, ...fields, Buffer.from('\r\n')]))], {
    ...HEADER,
    extensions: null,
  });
}

/** All lines of a row, with every field unfolded. */
function everyLine(annotated: AnnotatedRow, width: number): string[] {
  const canvas = { width, color: true };
  const fields = detailFieldsOf(annotated, {
    state: 'OPEN',
    agreed: '',
    told: annotated.heads.map(({ text }) => text),
    open: null,
  });
  const idsOf = (all: readonly DetailField[]): string[] =>
    all.flatMap(({ id, isOpen, children }) => [...(isOpen ? [] : [id]), ...idsOf(children)]);
  const view = hexView(annotated, width);
  const look = { isSelected: false, isMarked: false, hasComment: false, verdict: null };
  return [
    rowLine(annotated, look, { digits: 3, hasTimes: false }, canvas),
    ...detailLines(fields, { field: null, folds: new Set(idsOf(fields)), hasFocus: false }, canvas).lines,
    ...paintHexLines(view, 0, 40, NOTHING_PICKED, canvas),
    ...whyLines(annotated, BESIDE, canvas),
  ];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const OWN = /\x1b\[[\d;]+m/g;

/** Lines in which something had to be escaped: what was tried did come that far. */
let escaped = 0;

function expectHarmless(lines: readonly string[], width: number): void {
  const bare = lines.map((line) => line.replaceAll(OWN, ''));
  escaped += bare.filter((line) => /\\u\{(?:1b|202e|9b)\}/.test(line)).length;
  for (const line of bare)
    if (cellsOf(line) !== width) expect.fail(`${cellsOf(line)} columns: ${JSON.stringify(line)}`);
  expect(bare.join('')).not.toMatch(/[\p{C}\p{M}\p{Zl}\p{Zp}]/u);
}

describe('a hostile log', () => {
  it(`has no say in the lines of ${FRAMES} payloads`, () => {
    for (const annotated of frameRows()) {
      const width = 40 + random(100);
      expectHarmless(everyLine(annotated, width), width);
    }
    expect(escaped).toBeGreaterThan(1000);
  });

  it(`has no say in the lines of ${2 * HEADS * FIELDS} header names and values`, () => {
    for (let head = 0; head < HEADS; head++) {
      const [annotated] = headRow();
      expect(annotated?.heads).toHaveLength(1);
      const width = 40 + random(100);
      if (annotated) expectHarmless(everyLine(annotated, width), width);
    }
  });

  it('has no say in what is written to the terminal', async () => {
    const rows = [...headRow(), ...frameRows().slice(1, 200)];
    const evil = EVIL.join('');
    rows[1]?.annotations.push(annotation(1, { rule: evil, message: evil, section: evil, missing: evil }));
    const header = { ...HEADER, agent: evil, case: evil, report: { behavior: evil } };
    const terminal = runInspect(
      {
        title: evil,
        notes: { given: [{ position: 0, isMarked: true, comment: evil }], keep: () => null },
        load: async (sink: InspectSink) => {
          sink.header(header);
          sink.rows(rows);
          sink.done(null, evil);
        },
      },
      100,
      30,
    );
    await terminal.when((text) => text.includes('▸ connection') || text.includes('request'));
    for (let step = 0; step < 100; step++) {
      terminal.type(['j', '\rjl', '\tl', '\t\tk', 'w'][step % 5] ?? 'j');
      await new Promise((done) => setImmediate(done));
    }
    terminal.type('f');
    terminal.type(`\x1b[200~${evil}\x1b[201~`);
    await terminal.when((text) => text.includes('filter: '));
    terminal.type('\x03');
    expect(await terminal.exit).toBe(130);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    const bare = terminal.output().replaceAll(/\x1b\[(?:[\d;]*[mHJK]|\?(?:1049|7|25|2004|2026)[hl])/g, '');
    expect(bare).not.toMatch(/[\p{C}\p{M}\p{Zl}\p{Zp}]/u);
  });
});
