import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnnotatedRow } from '../../src/judge/annotation.ts';
import { cutOctets, octetsFromHex, wholeOctets } from '../../src/model/octets.ts';
import type { Row } from '../../src/model/row.ts';
import { openPrompt } from './keys/prompt.ts';
import { annotation, BESIDE, closeCase, decoded, HEADER, octets } from './log/log.fixture.ts';
import { MARKS } from './log/marks.ts';
import { openNotes } from './log/notes.ts';
import { REPORTER } from './log/report.fixture.ts';
import { openStore, type Store } from './log/store.ts';
import { type BottomLine, keyLine, promptLine } from './overlay/bottom-line.ts';
import { helpLines } from './overlay/help.ts';
import { detailLines, detailTitle, type FieldSelection } from './row/detail-lines.ts';
import type { DetailField } from './row/field.ts';
import { detailFieldsOf } from './row/fields.ts';
import { NOTHING_PICKED, paintHexLines, pickedTitle } from './row/hex-lines.ts';
import { hexTitle, hexView } from './row/hex-view.ts';
import { rowLine } from './row/row-line.ts';
import { whyLines, whyTitle } from './row/why-lines.ts';
import { openLogPage } from './stepper/page.ts';
import { timelineLine } from './stepper/timeline.ts';
import { logTitleLine } from './stepper/title.ts';
import { cellsOf } from './terminal/cells.ts';
import { ruleLine } from './terminal/paint.ts';

const COLUMNS = { digits: 3, hasTimes: true };
const PLAIN = { width: 80, color: false };

function at(rows: readonly AnnotatedRow[], position: number): AnnotatedRow {
  const row = rows[position];
  if (!row) throw new Error(`no row ${position}`);
  return row;
}

function octetsOf(hex: string): Uint8Array {
  return octetsFromHex(hex) ?? new Uint8Array();
}

const LOOK = { isSelected: false, isMarked: false, hasComment: false, verdict: null };
const AROUND = { state: 'OPEN', agreed: 'no extensions', told: [], open: null };
const ALL_CLOSED: FieldSelection = { field: null, folds: new Set<string>(), hasFocus: false };

function details(row: AnnotatedRow, canvas: typeof PLAIN, about: Partial<FieldSelection> = {}): readonly string[] {
  return detailLines(detailFieldsOf(row, AROUND), { ...ALL_CLOSED, ...about }, canvas).lines;
}

it('shows a handshake that the input tells of in fields, as what it is', () => {
  const told = ['GET /chat HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 101 Switching\x1b Protocols\r\n\r\n'];
  const handshake = detailFieldsOf(at(closeCase(), 0), { ...AROUND, told }).at(-1);
  expect(handshake?.value).toEqual([{ text: 'as the file tells it, and not judged', style: 'plain' }]);
  const lines = ['GET /chat HTTP/1.1', 'Host: a', 'HTTP/1.1 101 Switching\\u{1b} Protocols'];
  expect(handshake?.children.map(({ value }) => value[0]?.text)).toEqual(lines);
});

/** Ids of all fields, and of those below them. */
function idsOf(fields: readonly DetailField[]): string[] {
  return fields.flatMap(({ id, children }) => [id, ...idsOf(children)]);
}

/** All that the panes show of a row. */
function everyLine(row: AnnotatedRow, width: number, color: boolean): string[] {
  const canvas = { width, color };
  const hex = hexView(row, width);
  const fields = detailFieldsOf(row, AROUND);
  const folds = new Set(idsOf(fields));
  const picked = { octets: [3, 9] as const, octet: 4 };
  return [
    rowLine(row, LOOK, COLUMNS, canvas),
    rowLine(row, { isSelected: true, isMarked: true, hasComment: true, verdict: 'FAILED' }, COLUMNS, canvas),
    ...details(row, canvas),
    ...details(row, canvas, { folds, hasFocus: true }),
    ...idsOf(fields)
      .slice(0, 9)
      .flatMap((field) => details(row, canvas, { field, folds, hasFocus: true })),
    ...paintHexLines(hex, 0, hex.lines, NOTHING_PICKED, canvas),
    ...paintHexLines(hex, 0, hex.lines, picked, canvas),
    ...whyLines(row, BESIDE, canvas),
    ...[
      detailTitle(row, HEADER),
      hexTitle(row) + pickedTitle(row, fields[0] ?? null, 0),
      whyTitle(row, BESIDE, 80),
    ].map((title) => ruleLine(title, true, canvas)),
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
  fc.record({ why: text, text }).map((about): Row => ({ kind: 'damaged', row: 0, time: null, loses: null, ...about })),
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
          expect(cellsOf(line)).toBe(width);
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
    rowLine(at(rows, position), LOOK, { digits: 3, hasTimes: false }, { width, color: false }).trimEnd();

  it('shows a frame', () => expect(line(0)).toBe('   0 RX TEXT      F---M       5   Hello'));
  it('shows a mark and its rule', () =>
    expect(line(4)).toMatch(/^ {3}4 RX CLOSE {5}F---- {7}2 ✗ 1002 protocol error +mask\/missing$/));
  it('leaves the rule out where it has no room', () => expect(line(4, 60)).not.toContain('mask'));

  it('counts further frames', () => {
    const [row] = decoded([octets(0, 'tx', '8900 8a00 8101 61')]);
    expect(row && rowLine(row, LOOK, COLUMNS, PLAIN)).toMatch(/TX PING \+2 /);
  });

  it('says when no frame ends', () => {
    const [row] = decoded([octets(0, 'tx', '81'), octets(1, 'tx', '0161')]);
    expect(row && rowLine(row, LOOK, COLUMNS, PLAIN)).toContain('no frame ends here');
  });

  it('shows binary payload as hex', () => {
    const [row] = decoded([octets(0, 'tx', '8203414243')]);
    expect(row && rowLine(row, LOOK, COLUMNS, PLAIN)).toContain('41 42 43');
  });

  it('shows the first of its marks by rank', () => {
    const [row] = decoded([octets(0, 'tx', '8900')]);
    const marks = () => row && rowLine(row, LOOK, COLUMNS, PLAIN).slice(32, 33);
    const mark = (about: Parameters<typeof annotation>[1]) => {
      row?.annotations.push(annotation(0, about));
      return marks();
    };
    expect(mark({ afterFailure: true })).toBe(MARKS.after.character);
    expect(mark({ certainty: 'cannot-tell' })).toBe(MARKS.unsure.character);
    expect(mark({ severity: 'warning' })).toBe(MARKS.warning.character);
    expect(mark({ intent: 'stimulus' })).toBe(MARKS.stimulus.character);
    expect(mark({})).toBe(MARKS.violation.character);
  });
});

describe('the detail', () => {
  it('names a masked frame field by field', () => {
    expect(details(at(closeCase(), 0), PLAIN).map((line) => line.trimEnd())).toEqual([
      ' ▸ header          81 85  FIN=1 RSV=000 MASK=1  opcode 1 text  5 octets',
      '   masking key     37 fa 21 3d',
      ' ▸ payload         "Hello"',
      ' ▸ connection      OPEN  no extensions',
    ]);
  });

  it('unfolds to the bits, with the mark at the one that is wrong', () => {
    const row = at(closeCase(), 4);
    row.annotations[0] = annotation(4, { rule: 'frame/mask-missing', octets: [1, 2] });
    const lines = details(row, PLAIN, { field: 'header/mask', folds: new Set(['header']) });
    expect(lines.slice(0, 6).map((line) => line.trimEnd())).toEqual([
      ' ▾ header        ✗ 88 02  FIN=1 RSV=000 MASK=0  opcode 8 close  2 octets',
      '     FIN           1  last frame of its message',
      '     RSV1-3        000',
      '     opcode        8  close, a control frame',
      '>    MASK        ✗ 0  not masked',
      '     length        2  in 7 bits',
    ]);
  });

  it('puts a fragmented message together', () => {
    const row = at(decoded([octets(0, 'tx', '0102 4865'), octets(1, 'tx', '8003 6c6c6f')]), 1);
    expect(details(row, PLAIN).join('\n')).toContain('text, 5 octets in 2 frames');
    expect(details(row, PLAIN, { folds: new Set(['message']) }).join('\n')).toMatch(/UTF-8 +valid/);
  });

  it('shows octets that the log cuts off as missing', () => {
    const row = at(
      decoded([{ ...octets(0, 'tx', '8205 6162'), octets: cutOctets(octetsOf('82056162'), 7) } as Row]),
      0,
    );
    const lines = details(row, PLAIN, { folds: new Set(['payload']) }).join('\n');
    expect(lines).toContain('2 of 5 octets known');
    expect(lines).toContain('the log shows 4 of 7 octets');
    const view = hexView(row, 80);
    expect(paintHexLines(view, 0, 9, NOTHING_PICKED, PLAIN).at(-1)?.trim()).toBe(
      '00000004: ·· ·· ··  3 octets not in the log',
    );
  });

  it('shows all of the selected value', () => {
    const row = at(decoded([octets(0, 'tx', `817d${'61'.repeat(125)}`)]), 0);
    const folded = details(row, PLAIN, { field: 'payload' });
    const open = details(row, PLAIN, { field: 'payload', hasFocus: true });
    expect([folded.length, open.length]).toEqual([3, 5]);
  });

  it('says which endpoint sends', () => {
    expect(detailTitle(at(closeCase(), 0), HEADER)).toBe('Row 0 · rx frame · octets 0–10 · client → server');
    expect(detailTitle(at(closeCase(), 0), null)).toContain('received by the writer');
  });
});

describe('the hex pane', () => {
  const trimmed = (lines: string[]) => lines.map((line) => line.trimEnd());

  it('shows what lies under the mask beside it, offending octets in brackets', () => {
    const row = at(closeCase(), 0);
    row.annotations.push(annotation(0, { octets: [7, 9] }));
    const view = hexView(row, 80);
    expect(trimmed(paintHexLines(view, 0, 9, NOTHING_PICKED, PLAIN))).toEqual([
      ' 00000000: 81 85 37 fa 21 3d 7f[9f]│                   48 65        He',
      ' 00000008:[4d]51 58                │ 6c 6c 6f                 llo',
    ]);
  });

  it('shows it below where there is no room beside it', () => {
    const row = at(closeCase(), 0);
    row.annotations.push(annotation(0, { octets: [7, 9] }));
    expect(trimmed(paintHexLines(hexView(row, 60), 0, 9, NOTHING_PICKED, PLAIN))).toEqual([
      ' 00000000: 81 85 37 fa 21 3d 7f[9f]   ..7.!=..',
      ' 00000008:[4d]51 58                   MQX',
      ' payload, unmasked, 5 octets',
      ' 00000000: 48[65 6c]6c 6f             Hello',
    ]);
  });

  it('marks the octets of the selected field', () => {
    const row = at(closeCase(), 1);
    const picked = { octets: [2, 7] as const, octet: 4 };
    expect(paintHexLines(hexView(row, 80), 0, 9, picked, PLAIN)[0]).toMatch(/^ 00000000: 81 05<48 65 6c 6c 6f> /);
    const [field] = detailFieldsOf(row, AROUND);
    expect(pickedTitle(row, field ?? null, 1)).toBe(' · header: octet 1 0x05');
    expect(pickedTitle(row, field ?? null, null)).toBe(' · header: octets 0–1');
    const far = { ...(field as NonNullable<typeof field>), label: 'payload', octets: [500, 600] as const };
    expect(pickedTitle(row, far, null)).toBe(' · payload: octets 500–599, not in the log');
  });

  it('begins near the first offending octet', () => {
    const row = at(decoded([octets(0, 'tx', `827e0100${'00'.repeat(256)}`)]), 0);
    row.annotations.push(annotation(0, { octets: [200, 210] }));
    expect(hexView(row, 80)).toMatchObject({ perLine: 16, lines: 17, start: 11 });
  });

  it('has fewer octets a line where it is narrow', () => {
    const plain = at(closeCase(), 1);
    expect([79, 78, 77, 45, 40].map((width) => hexView(plain, width).perLine)).toEqual([16, 16, 8, 4, 4]);
    const masked = at(closeCase(), 0);
    expect([126, 125, 70, 69].map((width) => hexView(masked, width).perLine)).toEqual([16, 8, 8, 8]);
  });

  it('makes the lines in sight only', () => {
    const row = at(decoded([octets(0, 'tx', `827f0000000000100000${'ab'.repeat(1 << 20)}`)]), 0);
    const view = hexView(row, 80);
    expect(paintHexLines(view, 65000, 3, NOTHING_PICKED, PLAIN)).toHaveLength(3);
    expect(paintHexLines(view, view.lines - 1, 3, NOTHING_PICKED, PLAIN)[0]).toMatch(/^ 00100000: ab/);
  });
});

describe('the strip', () => {
  const phases = [
    { from: 0, state: 'connecting' },
    { from: 2, state: 'open' },
    { from: 8, state: 'closing' },
    { from: 9, state: 'closed' },
  ] as const;
  const view = { phases, from: 0, to: 10, cursor: 5, violations: [8], stimuli: [3] };

  it('shows states, violations, stimuli and the playhead', () => {
    const line = timelineLine(view, { width: 60, color: false });
    expect(line).toHaveLength(60);
    expect(line).toMatch(/^ CONNECTING─+OPEN━+◇━+●━+CLOSING✗╌*CLOSED·+ *$/);
  });

  it('has a place for each row at any width', () => {
    for (let width = 40; width < 250; width += 7) {
      for (let cursor = 0; cursor < 10; cursor++) {
        const line = timelineLine({ ...view, cursor }, { width, color: false });
        expect(cellsOf(line)).toBe(width);
        expect(line).toContain('●');
      }
    }
  });
});

describe('the pane that says why', () => {
  it('names rule, section, endpoint, octets and reaction', () => {
    expect(whyLines(at(closeCase(), 3), BESIDE, PLAIN).map((line) => line.trimEnd())).toEqual([
      ' ◇ close/code-unassigned  error  RFC 6455 §7.4.2  by the server, on purpose',
      '   close code 2999 is not assigned (octets 2–3)',
      '   reaction: close 1002 protocol error in row 4: right',
    ]);
  });

  it('counts the annotations that the row does not keep', () => {
    const row = { ...at(closeCase(), 3), unlistedAnnotations: 7 };
    expect(whyTitle(row, BESIDE, 80)).toContain('8 annotations');
    expect(whyLines(row, BESIDE, PLAIN).at(-1)).toContain('and 7 more annotations of this row');
  });

  it('says once what an annotation says and the sentence about the case says too', () => {
    const [sentence, says] = ['row 3: the server: close code 2999 is not assigned', 'close code 2999 is not assigned'];
    const verdict = { status: '1 error', sentence, level: null, position: 3, hints: new Map() };
    const [row, remarks] = [at(closeCase(), 3), { ...BESIDE, decides: true, verdict }];
    expect(whyLines(row, remarks, PLAIN).filter((line) => line.includes(says))).toHaveLength(1);
    expect(whyTitle(row, remarks, 200)).toBe('Why · 1 error');
    const others = { ...remarks, verdict: { ...verdict, sentence: 'row 3: another reason' } };
    expect(whyLines(row, others, PLAIN).join()).toContain('1 error: row 3: another reason');
  });

  it('says which row the sentence about the case names, where that is not this one', () => {
    const verdict = { status: 'FAILED', sentence: 'row 4: the reason', level: null, position: 3, hints: new Map() };
    const said = (row: number) => whyLines(at(closeCase(), row), { ...BESIDE, decides: true, verdict }, PLAIN).join();
    expect(said(3)).toContain("row 4 is the log's own row of a frame whose octets stand here; v shows it");
    expect(said(4)).not.toContain('whose octets stand here');
  });

  it('says the sentence about the case once: in the title where all of it fits, else among the lines', () => {
    const verdict = { status: 'FAILED', sentence: 'the reason why', level: null, position: null, hints: new Map() };
    const both = (row: number, decides: boolean, width: number) => {
      const remarks = { ...BESIDE, decides, verdict };
      const title = whyTitle(at(closeCase(), row), remarks, width);
      const lines = whyLines(at(closeCase(), row), remarks, { width, color: false }).map((line) => line.trimEnd());
      expect([title, ...lines].join('\n').split('the reason why')).toHaveLength(2);
      return [title, lines[0], lines.at(-1)];
    };
    expect(both(0, false, 80)).toEqual([
      'Why · FAILED: the reason why',
      '   nothing to say about this row',
      expect.anything(),
    ]);
    expect(both(0, false, 32)).toEqual(['Why · FAILED', expect.anything(), ' = FAILED: the reason why']);
    expect(both(0, true, 80).slice(0, 2)).toEqual(['Why · FAILED', ' ✗ FAILED: the reason why']);
    expect(both(4, true, 80)[0]).toBe('Why · FAILED: the reason why');
  });

  it('says what is charged before what is remarked', () => {
    const row = at(closeCase(), 4);
    row.annotations.unshift(annotation(4, { rule: 'log/a-note', severity: 'note' }));
    expect(whyLines(row, BESIDE, PLAIN)[0]).toContain('mask/missing');
    expect(whyLines(row, { ...BESIDE, comment: 'mine' }, PLAIN)[0]).toMatch(/^ ; mine/);
  });

  it('names the cause', () => {
    expect(whyLines(at(closeCase(), 4), BESIDE, PLAIN).at(-1)?.trim()).toBe('answers row 3');
  });

  it('says once in which row it went on', () => {
    const row = at(closeCase(), 3);
    const reaction = { row: 4, kind: 'none', code: null, verdict: 'wrong: it went on in row 4' } as const;
    const said = whyLines({ ...row, annotations: [annotation(3, { reaction })] }, BESIDE, PLAIN);
    expect(said.at(-1)?.trim()).toBe('reaction: wrong: it went on in row 4');
  });

  it('says what is missing where it cannot tell', () => {
    const row = at(closeCase(), 0);
    row.annotations.push(annotation(0, { certainty: 'cannot-tell', missing: 'octets cut at 64' }));
    expect(whyLines(row, BESIDE, PLAIN).join('\n')).toContain('cannot tell; missing: octets cut at 64');
  });
});

function pageOf(store: Store) {
  const notes = openNotes([], () => null);
  const about = { title: '\x1b[2J', columns: 80, rows: 24, notes, filter: null, row: null, follows: false };
  return openLogPage(
    store,
    {
      ...about,
      reporter: REPORTER,
      statistics: () => {},
      file: null,
      replay: () => null,
      compare: () => false,
      compareWith: () => null,
      close: () => {},
    },
    () => {},
  );
}

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
    const page = pageOf(store);
    const nothing: BottomLine = { count: null, says: null, error: null, status: null };
    const prompt = openPrompt('filter', 'rx and \x1b[2J 日本語', []);
    for (let width = 40; width < 200; width += 7) {
      const canvas = { width, color: true };
      const lines = [
        logTitleLine(page, canvas),
        keyLine('log', nothing, canvas),
        keyLine('help', nothing, canvas),
        keyLine('log', { ...nothing, count: 12 }, canvas),
        keyLine('log', { ...nothing, error: '\x1b[2J went wrong' }, canvas),
        keyLine('log', { ...nothing, status: '▶ 1×' }, canvas),
        promptLine(prompt, { isRight: false, says: 'at 1: \x1b[2J' }, canvas),
        promptLine({ ...prompt, caret: 3 }, null, canvas),
        promptLine(openPrompt('search', 'x'.repeat(999), []), null, canvas),
        ...helpLines('log', canvas),
      ];
      for (const line of lines) {
        expect(cellsOf(stripVTControlCharacters(line))).toBe(width);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
        expect(line.replaceAll(/\x1b\[[\d;]+m/g, '')).not.toMatch(/\p{C}/u);
      }
    }
  });

  it('keep the counts when the name is long', () => {
    const store = openStore();
    store.sink.header({ ...HEADER, agent: 'a'.repeat(100) });
    store.sink.rows(closeCase());
    expect(logTitleLine(pageOf(store), PLAIN)).toMatch(
      /a {2}7\.9\.13 {2}FAILED {2}row 0 · 6 rows {2}✗ 1 {2}! 0 {2}◇ 1 {2}loading$/,
    );
  });
});

describe('the help', () => {
  it('says what keys and signs mean', () => {
    const text = helpLines('log', PLAIN).join('\n');
    expect(text).toMatch(/^ while one writes +\n[\s\S]*^ {3}Backspace Ctrl-h +erase a character/m);
    expect(text).toMatch(/^ {3}Enter +write the file/m);
    expect(text).toMatch(/^ signs[\s\S]*^ {3}◇ +stimulus[\s\S]*^ {3}F123M +bits of the frame/m);
    expect(helpLines('cases', PLAIN).join('\n')).toMatch(/^ {3}– +so many are not implemented/m);
  });
});
