// The small parts of the terminal UI: prompt, notes, tree, history, filter, links, alignment.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, type Unit } from '../../src/judge/align.ts';
import { parseFilter, type RowTest } from '../../src/judge/filter/filter.ts';
import { caseItem } from './browser/cases.fixture.ts';
import { plain, wordOf } from './browser/cases.ts';
import { KEY_COMMANDS } from './keys/keymap.ts';
import { editPrompt, openPrompt, type Prompt, typed } from './keys/prompt.ts';
import { openFilteredRows } from './log/filtered-rows.ts';
import { firstFrom, leave, NO_HISTORY, walkBack, walkOn } from './log/jumps.ts';
import { closeCase, decoded, HEADER, octets, pings } from './log/log.fixture.ts';
import { MARKS } from './log/marks.ts';
import { mergedNotes, type Note, notesFromText, notesToText, openNotes } from './log/notes.ts';
import { rowContextOf } from './log/row-context.ts';
import { openStore } from './log/store.ts';
import { field } from './row/field.ts';
import { fieldAt, fieldOf, selectedField, selectedIn, unfoldedTo, visibleFields } from './row/tree.ts';

describe('the prompt', () => {
  it('edits at the caret', () => {
    const left = (prompt: Prompt) => editPrompt(prompt, 'prompt-left');
    const prompt = openPrompt('filter', 'rx len', []);
    expect(typed(left(left(left(prompt))), 'and ').text).toBe('rx and len');
    expect(editPrompt(prompt, 'prompt-erase').text).toBe('rx le');
    expect(editPrompt(prompt, 'prompt-erase-word').text).toBe('rx ');
    expect(editPrompt(prompt, 'prompt-erase-all')).toMatchObject({ text: '', caret: 0 });
  });

  it('takes text of any origin as one line', () => {
    expect(typed(openPrompt('search', '', []), 'a\x1b[2J\n\tb').text).toBe('a [2J b');
    expect(typed(openPrompt('search', '', []), 'x'.repeat(5000)).text).toBe('');
  });

  it('recalls what was written before', () => {
    const prompt = openPrompt('search', '', ['latest', 'first']);
    const up = (from: Prompt) => editPrompt(from, 'prompt-earlier');
    expect(up(prompt).text).toBe('latest');
    expect(up(up(up(prompt))).text).toBe('first');
    expect(editPrompt(up(prompt), 'prompt-later').text).toBe('');
  });

  it('keeps the caret in the text for any edits', () => {
    const edits = fc.array(fc.oneof(fc.constantFrom(...KEY_COMMANDS), fc.string({ unit: 'grapheme' })));
    fc.assert(
      fc.property(edits, (given) => {
        let prompt = openPrompt('filter', 'ab 日本', ['x']);
        for (const edit of given) {
          const isCommand = (KEY_COMMANDS as readonly string[]).includes(edit);
          prompt = isCommand ? editPrompt(prompt, edit as (typeof KEY_COMMANDS)[number]) : typed(prompt, edit);
          expect(prompt.caret).toBeGreaterThanOrEqual(0);
          expect(prompt.caret).toBeLessThanOrEqual([...prompt.text].length);
          expect(prompt.text).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });
});

describe('notes', () => {
  it('go to a file and back', () => {
    const notes = [
      { position: 3, isMarked: true, comment: '' },
      { position: 9, isMarked: false, comment: 'a "b"\u2028' },
    ];
    expect(notesFromText(notesToText(notes))).toEqual(notes);
    expect(notesFromText('\n{"position":2}\n')).toEqual([{ position: 2, isMarked: false, comment: '' }]);
  });

  it.each(['no json', '{"position":-1}', '{"position":1.5}', '[]', 'null', '{"position":2,"of":"another program"}'])(
    'are not what a file holds in which stands %s',
    (line) => expect(notesFromText(`{"position":2}\n${line}\n`)).toBeNull(),
  );

  it('are unkept as long as the place for them refuses', () => {
    let says: string | null = 'the disk is full';
    const notes = openNotes([], () => says);
    notes.toggle(4);
    expect(notes.unkept).toEqual({ marks: 1, comments: 0, why: 'the disk is full', hasPlace: false });
    notes.comment(4, 'x');
    expect(notes.unkept).toEqual({ marks: 1, comments: 1, why: 'the disk is full', hasPlace: false });
    says = null;
    notes.toggle(5);
    expect(notes.unkept).toBeNull();
  });

  it('can be kept later, together with those that are there', () => {
    let says: string | null = 'the disk is full';
    const kept: (readonly Note[])[] = [];
    const keep = (all: readonly Note[]) => {
      kept.push(all);
      return says;
    };
    const notes = openNotes([], () => 'not yet', keep);
    notes.toggle(4);
    expect([notes.unkept?.hasPlace, notes.keepNow()]).toEqual([true, 'the disk is full']);
    says = null;
    expect([notes.keepNow(), notes.unkept, kept.length]).toEqual([null, null, 2]);
    const before = [
      { position: 4, isMarked: false, comment: 'old' },
      { position: 9, isMarked: true, comment: '' },
    ];
    const after = [
      { position: 1, isMarked: true, comment: '' },
      { position: 4, isMarked: true, comment: '' },
      { position: 9, isMarked: false, comment: 'new' },
    ];
    expect(mergedNotes(before, after)).toEqual([
      { position: 1, isMarked: true, comment: '' },
      { position: 4, isMarked: true, comment: 'old' },
      { position: 9, isMarked: true, comment: 'new' },
    ]);
  });

  it('are gone when nothing is left of them', () => {
    let kept: readonly unknown[] = [];
    const notes = openNotes([], (all) => {
      kept = all;
      return null;
    });
    notes.toggle(4);
    notes.comment(4, ' x ');
    notes.toggle(4);
    expect([notes.marked, notes.commentOn(4), kept.length]).toEqual([[], 'x', 1]);
    notes.comment(4, '');
    expect(kept).toEqual([]);
  });
});

describe('the tree of fields', () => {
  const fields = [
    field('header', 'header', '', {
      octets: [0, 2],
      children: [
        field('header/fin', 'FIN', '', { octets: [0, 1] }),
        field('header/rsv', 'RSV', '', { octets: [0, 1] }),
      ],
    }),
    field('message', 'message', '', { children: [field('message/frames', 'frames', '')], isOpen: true }),
  ];

  it('shows what is unfolded', () => {
    const ids = (folds: string[]) => visibleFields(fields, new Set(folds)).map(({ field: { id } }) => id);
    expect(ids([])).toEqual(['header', 'message', 'message/frames']);
    expect(ids(['header', 'message'])).toEqual(['header', 'header/fin', 'header/rsv', 'message']);
  });

  it('finds the innermost field of an octet, and unfolds to it', () => {
    expect(fieldAt(fields, 0)?.id).toBe('header/rsv');
    expect(fieldAt(fields, 1)?.id).toBe('header');
    expect(fieldAt(fields, 7)).toBeNull();
    expect([...unfoldedTo(fields, 'header/rsv', new Set())]).toEqual(['header']);
    expect([...unfoldedTo(fields, 'message/frames', new Set())]).toEqual([]);
  });

  it('falls back to what holds a field that is folded away', () => {
    const visible = visibleFields(fields, new Set());
    expect(selectedIn(visible, 'header/fin')).toBe(0);
    expect(selectedIn(visible, 'message/frames')).toBe(2);
    expect(selectedIn(visible, 'nothing/like/it')).toBe(0);
    expect(fieldOf(fields, 'header/fin')?.label).toBe('FIN');
  });

  it('begins at what is wrong', () => {
    const wrong = field('payload', 'payload', '', { mark: MARKS.violation });
    const remarked = field('length', 'length', '', { mark: MARKS.warning });
    const visible = visibleFields([...fields, remarked, wrong], new Set());
    expect(visible[selectedIn(visible, null)]?.field.id).toBe('payload');
    expect(selectedIn(visibleFields([...fields, remarked], new Set()), null)).toBe(3);
    expect(selectedIn(visibleFields(fields, new Set()), null)).toBe(0);
    expect(selectedField([...fields, wrong], new Set(), null)?.id).toBe('payload');
    expect(selectedField(fields, new Set(), 'header/fin')?.id).toBe('header/fin');
  });
});

describe('the history of jumps', () => {
  it('walks back and on', () => {
    const history = leave(leave(NO_HISTORY, 5), 9);
    const back = walkBack(history, 20);
    expect(back?.to).toBe(9);
    expect(back && walkOn(back.history, 9)?.to).toBe(20);
    expect(walkBack(NO_HISTORY, 1)).toBeNull();
  });

  it('forgets what is long past', () => {
    const history = Array.from({ length: 300 }, (_, at) => at).reduce(leave, NO_HISTORY);
    expect(history.past).toHaveLength(100);
  });

  it('finds the first position from there on', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50)), fc.nat(60), (given, least) => {
        const positions = given.sort((a, b) => a - b);
        const found = positions.findIndex((at) => at >= least);
        expect(firstFrom(positions, least)).toBe(found < 0 ? positions.length : found);
      }),
    );
  });
});

function testOf(expression: string): RowTest {
  const filter = parseFilter(expression);
  if (!filter.ok) throw new Error(filter.says);
  return filter.matches;
}

describe('the filtered rows', () => {
  it('shows what the filter leaves, and jumps among it', () => {
    const store = openStore();
    store.sink.header(HEADER);
    store.sink.rows(pings(500));
    store.sink.done(null, null);
    const filtered = openFilteredRows(store);
    expect(filtered.rowsOf('violation')).toEqual([99, 199, 299, 399, 499]);
    filtered.filter(testOf('row>=150 and row<350'), false);
    while (filtered.advance(1));
    expect([
      filtered.length,
      filtered.positionAt(0),
      filtered.rowAt(0),
      filtered.rowAt(151),
      filtered.rowAt(999),
    ]).toEqual([200, 150, 0, 1, 200]);
    expect(filtered.rowsOf('violation')).toEqual([49, 149]);
    filtered.filter(null, false);
    expect([filtered.length, filtered.shown]).toEqual([500, null]);
  });

  it('goes on with rows that come, and looks again at rows that change later', () => {
    const store = openStore();
    const filtered = openFilteredRows(store);
    const rows = pings(300);
    store.sink.rows(rows.slice(0, 100));
    filtered.filter(testOf('violation'), false);
    while (filtered.advance(1));
    expect(filtered.shown).toEqual([99]);
    store.sink.rows(rows.slice(100));
    filtered.changed();
    while (filtered.advance(1));
    expect(filtered.shown).toEqual([99, 199, 299]);
    store.sink.change(5, ({ annotations }) => annotations.push(...(rows[99]?.annotations ?? [])));
    store.sink.change(199, ({ annotations }) => annotations.splice(0));
    filtered.changed();
    expect(filtered.shown).toEqual([5, 99, 299]);
  });
});

describe('what is around a row', () => {
  it('tells the message that is open, and how its text stands', () => {
    const store = openStore();
    store.sink.header(HEADER);
    store.sink.rows(
      decoded([
        octets(0, 'tx', '01 02 c3 a9'),
        octets(1, 'tx', '89 00'),
        octets(2, 'tx', '00 01 c3'),
        octets(3, 'tx', '80 01 28'),
      ]),
    );
    const context = (position: number) => {
      const at = store.logAt(position);
      return at && rowContextOf(store, at, position);
    };
    expect(context(1)?.open).toEqual({ opcode: 1, rows: [0], octets: 2, utf8: 'valid so far' });
    expect(context(2)?.open).toMatchObject({
      rows: [0, 2],
      octets: 3,
      utf8: 'valid so far; 1 octets of a character are due',
    });
    expect(context(3)?.open).toBeNull();
    expect(context(0)).toMatchObject({ state: 'OPEN', agreed: 'no extensions' });
  });
});

describe('the alignment of two logs', () => {
  const [row] = closeCase();
  const units = (keys: string): Unit[] =>
    [...keys].flatMap((key, position) =>
      row ? [{ key, position, row, frame: null, payload: new Uint8Array(0) }] : [],
    );
  const shown = (left: string, right: string) =>
    align(units(left), units(right)).map(
      (pair) => `${pair.left?.key ?? '-'}${pair.isSame ? '=' : '≠'}${pair.right?.key ?? '-'}`,
    );

  it('puts the same together, and what stands instead side by side', () => {
    expect(shown('abc', 'abc')).toEqual(['a=a', 'b=b', 'c=c']);
    expect(shown('abc', 'axc')).toEqual(['a=a', 'b≠x', 'c=c']);
    expect(shown('ac', 'abc')).toEqual(['a=a', '-≠b', 'c=c']);
    expect(shown('abcd', 'ad')).toEqual(['a=a', 'b≠-', 'c≠-', 'd=d']);
    expect(shown('', 'ab')).toEqual(['-≠a', '-≠b']);
  });

  it('loses nothing and keeps the order', () => {
    const keys = fc.string({ unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(keys, keys, (left, right) => {
        const pairs = align(units(left), units(right));
        expect(pairs.map((pair) => pair.left?.key ?? '').join('')).toBe(left);
        expect(pairs.map((pair) => pair.right?.key ?? '').join('')).toBe(right);
        for (const pair of pairs) expect(pair.isSame).toBe(pair.left?.key === pair.right?.key);
      }),
    );
  });
});

describe('a case', () => {
  it('is named in a word', () => {
    expect(wordOf(caseItem('1.1', 'a', null))).toBe('ok');
    expect(wordOf(caseItem('1.1', 'a', 'row 1: x'))).toBe('FAILED');
    const said = { behavior: 'UNIMPLEMENTED', behaviorClose: 'OK' };
    const verdict = { ...caseItem('1', 'a', null).verdict, reported: said, derived: said };
    expect(wordOf(caseItem('1.1', 'a', null, { verdict }))).toBe('unimpl.');
  });

  it('shows the text of its HTML', () => {
    expect(plain('Send &lt;b&gt;<br/><br>  text &amp; &quot;more&quot; &nbsp;')).toBe('Send <b> text & "more" &nbsp;');
  });
});
