import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnnotatedRow } from '../../src/annotation.ts';
import { wholeOctets } from '../../src/octets.ts';
import type { Row } from '../../src/row.ts';
import { widthOf } from './cells.ts';
import { helpLines, keyLine, titleLine } from './chrome-lines.ts';
import { detailLines, detailTitle } from './detail-lines.ts';
import { hexLines, hexTitle, hexView } from './hex-lines.ts';
import { annotation, closeCase, decoded, HEADER, octets } from './log.fixture.ts';
import { MARKS } from './marks.ts';
import { ruleLine } from './paint.ts';
import { rowLine } from './row-line.ts';
import { initialState } from './state.ts';
import { openStore } from './store.ts';
import { whyLines, whyTitle } from './why-lines.ts';

const COLUMNS = { digits: 3, hasTimes: true };
const PLAIN = { width: 80, color: false };

function at(rows: readonly AnnotatedRow[], position: number): AnnotatedRow {
  const row = rows[position];
  if (!row) throw new Error(`no row ${position}`);
  return row;
}

/** All that the panes show of a row. */
function everyLine(row: AnnotatedRow, width: number, color: boolean): string[] {
  const canvas = { width, color };
  const hex = hexView(row, width);
  return [
    rowLine(row, false, COLUMNS, canvas),
    rowLine(row, true, COLUMNS, canvas),
    ...detailLines(row, canvas),
    ...hexLines(hex, 0, hex.lines, canvas),
    ...whyLines(row, canvas),
    ...[detailTitle(row, HEADER), hexTitle(row), whyTitle(row)].map((title) => ruleLine(title, true, canvas)),
  ];
}

const text = fc.string({ unit: 'binary', maxLength: 40 });

const anyRow: fc.Arbitrary<Row> = fc.oneof(
  fc.tuple(fc.constantFrom('rx' as const, 'tx' as const), fc.uint8Array({ maxLength: 90 })).map(
    ([direction, known]): Row => ({
      kind: 'octets',
      row: 0,
      time: 1.5,
      direction,
      octets: wholeOctets(known),
      sync: true,
    }),
  ),
  fc.record({ why: text, text }).map((about): Row => ({ kind: 'damaged', row: 0, time: null, ...about })),
  fc.record({ seconds: fc.double(), tag: text }).map((about): Row => ({ kind: 'delay', row: 0, time: null, ...about })),
  fc
    .record({
      opcode: fc.nat(15),
      fin: fc.boolean(),
      rsv: fc.nat(7),
      masked: fc.boolean(),
      maskingKey: text,
      known: fc.uint8Array(),
    })
    .map(
      ({ known, ...about }): Row => ({
        ...about,
        kind: 'frame',
        row: 0,
        time: null,
        direction: 'rx',
        length: known.length,
        payload: wholeOctets(known),
        repeat: 1,
        chopSize: 2,
        sync: false,
      }),
    ),
);

const anyAnnotated = fc
  .tuple(
    anyRow,
    fc.array(
      fc.record({ rule: text, message: text, section: text, missing: text, from: fc.nat(90), length: fc.nat(9) }),
    ),
  )
  .map(([row, made]) => {
    const annotated = at(decoded([row]), 0);
    for (const { from, length, ...about } of made)
      annotated.annotations.push(annotation(0, { ...about, octets: [from, from + length] }));
    return annotated;
  });

describe('every line', () => {
  it('has exactly the width, and nothing that could drive the terminal', () => {
    fc.assert(
      fc.property(anyAnnotated, fc.integer({ min: 40, max: 200 }), (row, width) => {
        for (const line of everyLine(row, width, false)) {
          expect(line).not.toMatch(/[\p{C}\p{M}\p{Zl}\p{Zp}]/u);
          expect(widthOf(line)).toBe(width);
        }
      }),
    );
  });

  it('differs with colour in nothing but colour codes', () => {
    fc.assert(
      fc.property(anyAnnotated, (row) => {
        const colored = everyLine(row, 80, true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
        const bare = colored.map((line) => line.replaceAll(/\x1b\[[\d;]+m/g, ''));
        expect(bare).toEqual(everyLine(row, 80, false));
      }),
    );
  });
});

describe('a row of the list', () => {
  const rows = closeCase();
  const line = (position: number, width = 80) =>
    rowLine(at(rows, position), false, { digits: 3, hasTimes: false }, { width, color: false }).trimEnd();

  it('shows a frame', () => expect(line(0)).toBe('   0 RX TEXT      F---M       5   Hello'));
  it('shows a mark and its rule', () =>
    expect(line(4)).toMatch(/^ {3}4 RX CLOSE {5}F---- {7}2 ✗ 1002 protocol error +mask\/missing$/));
  it('leaves the rule out where it has no room', () => expect(line(4, 60)).not.toContain('mask'));

  it('counts further frames', () => {
    const [row] = decoded([octets(0, 'tx', '8900 8a00 8101 61')]);
    expect(row && rowLine(row, false, COLUMNS, PLAIN)).toMatch(/TX PING \+2 /);
  });

  it('says when no frame ends', () => {
    const [row] = decoded([octets(0, 'tx', '81'), octets(1, 'tx', '0161')]);
    expect(row && rowLine(row, false, COLUMNS, PLAIN)).toContain('no frame ends here');
  });

  it('shows binary payload as hex', () => {
    const [row] = decoded([octets(0, 'tx', '8203414243')]);
    expect(row && rowLine(row, false, COLUMNS, PLAIN)).toContain('41 42 43');
  });

  it('shows the first of its marks by rank', () => {
    const [row] = decoded([octets(0, 'tx', '8900')]);
    const marks = () => row && rowLine(row, false, COLUMNS, PLAIN).slice(32, 33);
    const mark = (about: Parameters<typeof annotation>[1]) => {
      row?.annotations.push(annotation(0, about));
      return marks();
    };
    expect(mark({ afterFailure: true })).toBe(MARKS.after.character);
    expect(mark({ certainty: 'cannot-tell' })).toBe(MARKS.unsure.character);
    expect(mark({ severity: 'warning' })).toBe(MARKS.remark.character);
    expect(mark({ intent: 'stimulus' })).toBe(MARKS.stimulus.character);
    expect(mark({})).toBe(MARKS.violation.character);
  });
});

describe('the detail', () => {
  it('names a masked frame field by field', () => {
    expect(detailLines(at(closeCase(), 0), PLAIN).map((line) => line.trimEnd())).toEqual([
      ' header   81 85  FIN=1 RSV=000 MASK=1  opcode 1 text',
      ' length   5 octets (7 bit)  masking key 37fa213d',
      ' payload  "Hello"',
    ]);
  });

  it('puts a fragmented message together', () => {
    const row = at(decoded([octets(0, 'tx', '0102 4865'), octets(1, 'tx', '8003 6c6c6f')]), 1);
    expect(detailLines(row, PLAIN).join('\n')).toContain('text, 5 octets in 2 frames #0 #1');
  });

  it('says which endpoint sends', () => {
    expect(detailTitle(at(closeCase(), 0), HEADER)).toBe('Row 0 · rx frame #0 · octets 0–11 · client → server');
    expect(detailTitle(at(closeCase(), 0), null)).toContain('received by the writer');
  });
});

describe('the hex pane', () => {
  it('puts offending octets in brackets, under the mask too', () => {
    const row = at(closeCase(), 0);
    row.annotations.push(annotation(0, { octets: [7, 9] }));
    const view = hexView(row, 80);
    expect(hexLines(view, 0, 9, PLAIN).map((line) => line.trimEnd())).toEqual([
      ' 00000000: 81 85 37 fa 21 3d 7f[9f 4d]51 58                   ..7.!=..MQX',
      ' payload of frame #0, unmasked, 5 octets',
      ' 00000000: 48[65 6c]6c 6f                                     Hello',
    ]);
  });

  it('begins near the first offending octet', () => {
    const row = at(decoded([octets(0, 'tx', `827e0100${'00'.repeat(256)}`)]), 0);
    row.annotations.push(annotation(0, { octets: [200, 210] }));
    expect(hexView(row, 80)).toMatchObject({ perLine: 16, lines: 17, start: 11 });
  });

  it('has fewer octets a line where it is narrow', () => {
    const row = at(closeCase(), 0);
    expect([79, 78, 77, 45, 40].map((width) => hexView(row, width).perLine)).toEqual([16, 16, 8, 4, 4]);
  });

  it('makes the lines in sight only', () => {
    const row = at(decoded([octets(0, 'tx', `827f0000000000100000${'ab'.repeat(1 << 20)}`)]), 0);
    const view = hexView(row, 80);
    expect(hexLines(view, 65000, 3, PLAIN)).toHaveLength(3);
    expect(hexLines(view, view.lines - 1, 3, PLAIN)[0]).toMatch(/^ 00100000: ab/);
  });
});

describe('the pane that says why', () => {
  it('names rule, section, endpoint, octets and reaction', () => {
    expect(whyLines(at(closeCase(), 3), PLAIN).map((line) => line.trimEnd())).toEqual([
      ' ◇ close/code-unassigned  error  RFC 6455 §7.4.2  by the server, on purpose',
      '   close code 2999 is not assigned (octets 2–4)',
      '   reaction: close 1002 protocol error in row 4: right',
    ]);
  });

  it('names the cause', () => {
    expect(whyLines(at(closeCase(), 4), PLAIN).at(-1)?.trim()).toBe('answers row 3');
  });

  it('says what is missing where it cannot tell', () => {
    const row = at(closeCase(), 0);
    row.annotations.push(annotation(0, { certainty: 'cannot-tell', missing: 'octets cut at 64' }));
    expect(whyLines(row, PLAIN).join('\n')).toContain('cannot be told: octets cut at 64');
  });
});

describe('title, key line and help', () => {
  it('have exactly the width at any size', () => {
    const store = openStore();
    store.sink.header({
      ...HEADER,
      agent: '\x1b]52;c;x\x07'.repeat(20),
      case: '\u202e1',
      report: { behavior: '日本語' },
    });
    store.sink.rows(closeCase());
    for (let width = 40; width < 200; width += 7) {
      const canvas = { width, color: true };
      const state = initialState(width, 24);
      const counting = { ...state, count: 12 };
      const lines = [
        titleLine('\x1b[2J', store, state, canvas),
        keyLine('log', state, null, canvas),
        keyLine('help', state, null, canvas),
        keyLine('log', counting, null, canvas),
        keyLine('log', state, '\x1b[2J went wrong', canvas),
        ...helpLines(canvas),
      ];
      for (const line of lines) {
        expect(widthOf(stripVTControlCharacters(line))).toBe(width);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
        expect(line.replaceAll(/\x1b\[[\d;]+m/g, '')).not.toMatch(/\p{C}/u);
      }
    }
  });

  it('keep the counts when the name is long', () => {
    const store = openStore();
    store.sink.header({ ...HEADER, agent: 'a'.repeat(100) });
    store.sink.rows(closeCase());
    expect(titleLine('', store, initialState(80, 24), PLAIN)).toMatch(
      /a {2}7\.9\.13 {2}FAILED {2}✗ 1 {2}! 0 {2}◇ 1 {2}row 0 \(1\/6\) {2}loading$/,
    );
  });
});
