// The stepper through its keys, on the screen.

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { wholeOctets } from '../../../src/model/octets.ts';
import type { Row } from '../../../src/model/row.ts';
import { acceptFor } from '../../../src/protocol/handshake/handshake.ts';
import { annotation, closeCase, decoded, octets, pings, sourceOf } from '../log/log.fixture.ts';
import type { Note } from '../log/notes.ts';
import { REPORTER } from '../log/report.fixture.ts';
import { type FakeTerminal, runInspect } from '../terminal.fixture.ts';

type About = Parameters<typeof runInspect>[3];

async function opened(rows = closeCase(), about: About = {}, columns = 80, height = 24): Promise<FakeTerminal> {
  const terminal = runInspect(sourceOf(rows), columns, height, { color: false, ...about });
  await terminal.when((text) => text.includes('? help') && !text.includes('loading'));
  return terminal;
}

async function quit(terminal: FakeTerminal): Promise<void> {
  terminal.type('Q');
  expect(await terminal.exit).toBe(0);
}

/** Types, and waits for what has to come of it. */
async function press(terminal: FakeTerminal, keys: string, expected: string | RegExp): Promise<string> {
  terminal.type(keys);
  const lines = await terminal.when((text) =>
    typeof expected === 'string' ? text.includes(expected) : expected.test(text),
  );
  return lines.join('\n');
}

/** Two pings in flight, each with its pong, and an echoed text. */
function pairs() {
  const rows: Row[] = [
    octets(0, 'tx', '89 01 31'),
    octets(1, 'tx', '89 01 32'),
    octets(2, 'tx', '81 02 68 69'),
    octets(3, 'rx', '8a 81 00 00 00 00 31'),
    octets(4, 'rx', '8a 81 00 00 00 00 32'),
    octets(5, 'rx', '81 82 00 00 00 00 68 69'),
  ];
  return decoded(rows.map((row, at) => ({ ...row, time: at / 1000 })));
}

describe('cause and reaction', () => {
  it('leads from a reaction to its stimulus and back', async () => {
    const terminal = await opened();
    await press(terminal, 'e', /> {2}4 RX CLOSE/);
    expect(await press(terminal, 'c', /> {2}3 TX CLOSE/)).toContain('the cause of row 4');
    expect(await press(terminal, 'C', /> {2}4 RX CLOSE/)).toContain('the reaction to row 3');
    await press(terminal, '{', /> {2}3 TX CLOSE/);
    await press(terminal, '}', /> {2}4 RX CLOSE/);
    await quit(terminal);
  });

  it('leads to the row in which the other side went on', async () => {
    const rows = closeCase();
    const reaction = { row: 4, kind: 'none', code: null, verdict: 'wrong: it went on in row 4' } as const;
    rows[1]?.annotations.push(annotation(1, { by: 'server', intent: 'stimulus', reaction }));
    const terminal = await opened(rows);
    await press(terminal, '1g', 'reaction: wrong: it went on in row 4');
    await press(terminal, 'C', /> {2}4 RX CLOSE[\s\S]*the reaction to row 1/);
    await quit(terminal);
  });

  it('pairs pings with pongs, and messages with their echoes', async () => {
    const terminal = await opened(pairs());
    expect(await press(terminal, '5gc', /> {2}2 /)).toContain('answered by row 5, 3.000 ms later');
    expect(await press(terminal, '1gC', /> {2}4 /)).toContain('answers row 1, 3.000 ms before');
    expect(await press(terminal, '0gc', 'no cause of this row')).toContain('>  0');
    await quit(terminal);
  });
});

describe('a filter', () => {
  it('shows the rows that match, and all again', async () => {
    const terminal = await opened();
    await press(terminal, '4gfrx and opcode==close', '1 of 6 rows');
    const text = await press(terminal, '\r', '· 1 of 6 rows');
    expect(text).toMatch(/> {2}4 RX CLOSE/);
    expect(text).not.toContain('RX TEXT');
    await press(terminal, '\x14', 'row 4 · 6 rows');
    await press(terminal, '\x14', '· 1 of 6 rows');
    await press(terminal, 'f\x15\r', 'row 4 · 6 rows');
    await quit(terminal);
  });

  it('says where it is wrong while it is written, and is not taken', async () => {
    const terminal = await opened();
    await press(terminal, 'frx andd', '✗ at 4: "and" or "or" is wanted before "andd"');
    terminal.type('\r');
    await press(terminal, '\x17', 'filter: rx ▏');
    await press(terminal, '\x1b', '? help');
    await quit(terminal);
  });

  it('jumps among the rows that are shown, and counts them', async () => {
    const terminal = await opened(pings(1000));
    await press(terminal, 'frow>=150 and row<420\r', '· 270 of 1000 rows');
    await press(terminal, 'e', 'row 199 · 270');
    await press(terminal, '2e', 'row 399 · 270');
    await press(terminal, '200g', 'row 200 · 270');
    await press(terminal, 'f\x15row==3\r', 'row 3 · 1 of 1000 rows');
    await press(terminal, 'f\x15\r', 'row 3 · 1000 rows');
    await quit(terminal);
  });

  it('is there from the start where it was asked for', async () => {
    const terminal = await opened(closeCase(), { view: { filter: 'violation', row: null, follows: false } });
    await terminal.when((text) => text.includes('· 1 of 6 rows'));
    await quit(terminal);
  });

  it('begins at the row that was asked for, or at the next that is shown', async () => {
    const at = (filter: string) => opened(pings(1000), { view: { filter, row: 500, follows: false } });
    const terminal = await at('violation');
    await terminal.when((text) => text.includes('row 599 · 10'));
    await quit(terminal);
    const last = await at('row<300');
    await last.when((text) => text.includes('row 299 · 300'));
    await quit(last);
  });

  it('says when nothing matches', async () => {
    const terminal = await opened();
    await press(terminal, 'fdamaged\r', 'no row matches the filter');
    await press(terminal, 'f\x15\r', 'row 0 · 6 rows');
    await quit(terminal);
  });
});

describe('a search', () => {
  it('goes to texts, octets and patterns, on and back', async () => {
    const terminal = await opened();
    await press(terminal, '/hello\r', /> {2}1 TX TEXT/);
    await press(terminal, 'n', /> {2}0 RX TEXT[\s\S]*the search went past the end, on from the first/);
    await press(terminal, 'N', /> {2}1 TX TEXT[\s\S]*the search went past the first, on from the end/);
    await press(terminal, 'N', /> {2}0 RX TEXT[\s\S]*\? help/);
    await press(terminal, '/hex:0bb7\r', /> {2}3 TX CLOSE/);
    await press(terminal, '/re:drop+ed|tcp\r', /> {2}5 /);
    await press(terminal, '/hex:0\r', 'a hex digit is missing');
    await press(terminal, '\x1b', '? help');
    await quit(terminal);
  });

  it('finds what is on the screen: words of a row, octets as they are shown, reasons, what is said of it', async () => {
    const rows = decoded([
      octets(0, 'tx', '81 02 68 69'),
      octets(1, 'rx', '88 88 00 00 00 00 03 e8 67 6f 20 61 c3 a4'),
      octets(2, 'rx', '81 83 00 00 00 00 61 cc 88'),
    ]);
    rows[0]?.annotations.push(annotation(0));
    const terminal = await opened(rows);
    await press(terminal, '/RX CLOSE\r', /^> {2}1 RX CLOSE/m);
    await press(terminal, '/68 69\r', /^> {2}0 TX/m);
    await press(terminal, '/go a\r', /^> {2}1 RX CLOSE/m);
    await press(terminal, '/rfc 6455 §7.4.2\r', /^> {2}0 TX/m);
    await press(terminal, '/a\u0308\r', /^> {2}1 RX CLOSE/m);
    await press(terminal, '/aä\r', 'only this row has "aä"');
    await press(terminal, '/nowhere\r', 'no row that is shown has "nowhere"');
    await quit(terminal);
  });

  it('goes back with ? in the palette, and then n goes on back', async () => {
    const terminal = await opened(pings(300));
    await press(terminal, '250g:?unassigned\r', /^>199 TX PING/m);
    await press(terminal, 'n', /^> 99 TX PING/m);
    await press(terminal, 'N', /^>199 TX PING/m);
    await press(terminal, ':/unassigned\r', /^>299 TX PING/m);
    await quit(terminal);
  });

  it('remembers what was written, and takes what is pasted as text', async () => {
    const terminal = await opened();
    await press(terminal, '/hello\r', /> {2}1 /);
    await press(terminal, 'g/\x1b[A', 'hello▏');
    await press(terminal, '\x15\x1b[200~hex:\n03ea\x1b[201~', 'hex: 03ea▏');
    await press(terminal, '\r', /> {2}4 /);
    await quit(terminal);
  });
});

describe('detail and hex', () => {
  it('select each other', async () => {
    const terminal = await opened();
    await press(terminal, '4g\r', 'header: octets 0–1');
    await press(terminal, 'ljjjj', 'MASK: octet 1, bit 0');
    expect(await press(terminal, '\t', /━ Hex/)).toMatch(/00000000: 88.02.03 ea/);
    const text = await press(terminal, 'll', 'code: octet 3 0xea');
    expect(text).toContain(']03 ea>');
    expect(text).toMatch(/▾ close[\s\S]*> +code/);
    await quit(terminal);
  });

  it('gives a pane the screen', async () => {
    const terminal = await opened();
    const text = await press(terminal, '\rz', /^━ Row 0/m);
    expect(text).not.toContain('─ Hex');
    await press(terminal, 'z', '─ Hex');
    await quit(terminal);
  });

  it('has all panes on the smallest screen too', async () => {
    const terminal = await opened(closeCase(), {}, 40, 10);
    await press(terminal, '\r', '▸ header');
    await press(terminal, '\t', '00000000:<81 85>37 fa');
    await press(terminal, '\t', 'Why');
    await press(terminal, '\t', '> ');
    await quit(terminal);
  });
});

describe('leaving a pane', () => {
  it('is back to the list, then out', async () => {
    const terminal = await opened();
    await press(terminal, '4g\rz', /^━ Row 4/m);
    await press(terminal, 'q', /> {2}4 RX[\s\S]*─ Row 4/);
    await press(terminal, '\t\t', '━ Hex');
    await press(terminal, '\x1b', '─ Hex');
    terminal.type('q');
    expect(await terminal.exit).toBe(0);
  });
});

describe('a key', () => {
  it('says so where it does nothing, and why', async () => {
    const terminal = await opened();
    await press(terminal, 'X', 'X does nothing here: ? lists the keys');
    await press(terminal, 'k', 'this is the first row');
    await press(terminal, 'l', 'Tab goes there');
    await press(terminal, '%', 'type a number first');
    await press(terminal, 'Gj', 'this is the last row');
    await press(terminal, 'p', 'there is nothing more to play');
    expect(await press(terminal, 'x', '━ Export')).toContain('write');
    await press(terminal, '\x1b', '? help');
    await press(terminal, 'i', 'statistics');
    await press(terminal, 'GG', 'this is the end');
    await press(terminal, 'd', 'd does nothing here');
    await quit(terminal);
  });

  it('ends what the one before has said', async () => {
    const terminal = await opened();
    await press(terminal, 'E', 'no violation before this row');
    expect(await press(terminal, 'm', '? help')).toContain('» ');
    await press(terminal, 'yh', 'copied');
    await press(terminal, '5', 'count for the next key');
    await press(terminal, 'm', '? help');
    await quit(terminal);
  });

  it('is not taken where nothing can be seen', async () => {
    const terminal = await opened();
    terminal.resize(30, 8);
    await terminal.when((text) => text.includes('too small'));
    terminal.type('jjm;x\rx\r\x1b');
    await new Promise((done) => setTimeout(done, 60));
    terminal.resize(80, 24);
    await terminal.when((text) => /^> {2}0/m.test(text) && text.includes('? help'));
    terminal.resize(30, 8);
    await terminal.when((text) => text.includes('too small'));
    terminal.type('q');
    expect(await terminal.exit).toBe(0);
  });
});

describe('marks and comments', () => {
  it('shows a row that has a comment only, and goes there', async () => {
    const terminal = await opened();
    await press(terminal, '3g;odd\r', '; odd');
    await press(terminal, 'g', /^; {2}3/m);
    await press(terminal, "'", /^> {2}3/m);
    await press(terminal, "'", 'no row with a mark or a comment after this row');
    await press(terminal, 'q', '1 comment would be lost: they are kept nowhere; once more leaves');
    await quit(terminal);
  });

  it.each(['q', 'Q'])('do not go without a word where they are kept nowhere: %s', async (key) => {
    const terminal = await opened();
    await press(terminal, ';why?\r', 'the comment is not kept: they are kept nowhere');
    await press(terminal, key, '1 comment would be lost');
    await press(terminal, 'j;and why?\r', 'the comment is not kept');
    await press(terminal, key, '2 comments would be lost');
    terminal.type(key);
    expect(await terminal.exit).toBe(0);
  });

  /** A log whose notes can be kept when one leaves. */
  function withLater(keep: (all: readonly Note[]) => string | null) {
    const notes = { given: [], keep: () => 'not yet', later: keep };
    return runInspect({ ...sourceOf(closeCase()), notes }, 80, 24, { color: false });
  }

  it('are kept when one leaves, where one says so', async () => {
    const kept: (readonly Note[])[] = [];
    const terminal = withLater((all) => {
      kept.push(all);
      return null;
    });
    await terminal.when((text) => text.includes('? help'));
    await press(terminal, '1gm', /^» {2}1/m);
    await press(terminal, '3g;odd\r', 'q asks whether to keep it');
    await press(terminal, 'q', /keep 1 mark and 1 comment beside the log\? +y keep {2}n leave {2}q stay/);
    await press(terminal, '\x1b', '? help');
    terminal.type('qy');
    expect(await terminal.exit).toBe(0);
    expect(kept).toEqual([
      [
        { position: 1, isMarked: true, comment: '' },
        { position: 3, isMarked: false, comment: 'odd' },
      ],
    ]);
  });

  it('go where one says so, and stay where they cannot be written', async () => {
    const terminal = withLater(() => 'a.json.notes: permission denied');
    await terminal.when((text) => text.includes('? help'));
    await press(terminal, 'm', /^» {2}0/m);
    await press(terminal, 'Q', 'keep 1 mark beside the log?');
    await press(terminal, 'y', 'a.json.notes: permission denied');
    await press(terminal, 'Q', 'keep 1 mark beside the log?');
    terminal.type('n');
    expect(await terminal.exit).toBe(0);
  });

  it('are shown, found and kept', async () => {
    const kept: (readonly Note[])[] = [];
    const notes = {
      given: [{ position: 1, isMarked: true, comment: 'first' }],
      keep: (all: readonly Note[]) => {
        kept.push(all);
        return null;
      },
    };
    const terminal = runInspect({ ...sourceOf(closeCase()), notes }, 80, 24, { color: false });
    await terminal.when((text) => /^\* {2}1/m.test(text));
    await press(terminal, "'", /^» {2}1/m);
    expect(await press(terminal, '', '; first')).toContain('row 1');
    await press(terminal, '3gm', /^» {2}3/m);
    await press(terminal, ';look at this\r', '; look at this');
    await press(terminal, 'U', /^» {2}1/m);
    await press(terminal, 'M', '· 2 of 6 rows');
    await press(terminal, 'M', 'row 1 · 6 rows');
    await press(terminal, 'm', /^> {2}1/m);
    expect(kept.at(-1)).toEqual([
      { position: 1, isMarked: false, comment: 'first' },
      { position: 3, isMarked: true, comment: 'look at this' },
    ]);
    await quit(terminal);
  });
});

describe('copying', () => {
  it.each([
    ['h', 'copied 880203ea'],
    ['b', 'copied iAID6g=='],
    ['p', 'copied \\\\u{3}\\\\xea'],
    ['j', 'copied {"type":"row","row":4,"kind":"octets"'],
  ])('takes the row as %s', async (key, says) => {
    const terminal = await opened();
    await press(terminal, '4gy', 'base64');
    await press(terminal, key, says);
    await quit(terminal);
  });

  it('asks the terminal only when that was asked for', async () => {
    const terminal = await opened(closeCase(), { copy: null });
    await press(terminal, 'yh', "22 characters handed to the terminal's clipboard");
    const sent = `\x1b]52;c;${Buffer.from('818537fa213d7f9f4d5158').toString('base64')}\x07`;
    expect(terminal.output()).toContain(sent);
    await quit(terminal);
  });

  it('is left with Esc', async () => {
    const terminal = await opened();
    await press(terminal, 'y\x1b', 'j/k row');
    await quit(terminal);
  });
});

describe('replaying', () => {
  it('plays to the next break, and pauses', async () => {
    const terminal = await opened(pings(120), { view: { filter: null, row: 95, follows: false } });
    await terminal.when((text) => text.includes('row 95 '));
    await press(terminal, '>>>>>>>>', 'speed 256×');
    expect(await press(terminal, 'p', 'paused at break: violation')).toContain('row 99 ');
    await quit(terminal);
  });

  it('pauses on a key, and steps', async () => {
    const terminal = await opened(pings(1000));
    await press(terminal, 'p', '▶ 1×');
    await press(terminal, 'p', '? help');
    await press(terminal, '5g..', 'row 7 ');
    await press(terminal, ',', 'row 6 ');
    await press(terminal, '<', 'speed 1/2×');
    await press(terminal, '=', 'speed 1×');
    await quit(terminal);
  });

  it('runs to breaks that are filter expressions', async () => {
    const terminal = await opened(pings(1000));
    await press(terminal, 'P', 'paused at break: violation');
    await press(terminal, 'B\x15row==512\r', 'breaks: row==512');
    expect(await press(terminal, 'P', 'paused at break: row==512')).toContain('row 512 ');
    expect(await press(terminal, 'P', 'no break (row==512) any more')).toContain('row 999 ');
    await quit(terminal);
  });

  it('stays at the end of a log that grows, until one moves', async () => {
    let grow: (from: number, to: number) => void = () => {};
    let end = () => {};
    const rows = pings(300);
    const source = sourceOf(rows.slice(0, 100), (sink) => {
      grow = (from, to) => sink.rows(rows.slice(from, to));
      return new Promise((done) => {
        end = done;
      });
    });
    const terminal = runInspect(source, 80, 24, { color: false, view: { filter: null, row: null, follows: true } });
    await terminal.when((text) => /row 99 · 100 rows .*following/.test(text));
    await press(terminal, 'i', /statistics {2}100 rows {2}following/);
    await press(terminal, 'q', /row 99 · 100 rows .*following/);
    grow(100, 200);
    await terminal.when((text) => text.includes('row 199 · 200 rows'));
    await press(terminal, 'k', 'row 198 · 200 rows');
    grow(200, 300);
    await terminal.when((text) => text.includes('row 198 · 300 rows'));
    await press(terminal, 'F', 'row 299 · 300 rows');
    end();
    await quit(terminal);
  });
});

describe('the end of a log that is read', () => {
  it('is gone to, and it is said that no more is waited for', async () => {
    const terminal = await opened();
    const text = await press(terminal, 'F', 'the end: all of the log is read; --follow would wait for more');
    expect(text).toMatch(/^> {2}5/m);
    await press(terminal, 'k', '? help');
    await quit(terminal);
  });
});

describe('the mouse', () => {
  it('selects rows and fields, and scrolls what it is over', async () => {
    const terminal = await opened(closeCase(), { mouse: true });
    expect(terminal.output()).toContain('\x1b[?1000h\x1b[?1006h');
    await press(terminal, '\x1b[<0;9;7M', /> {2}3 TX/);
    await press(terminal, '\x1b[<0;9;12M', /━ Row 3[\s\S]*>▸ close/);
    await press(terminal, '\x1b[<64;9;5M', /> {2}0 RX/);
    terminal.type('Q');
    await terminal.exit;
    expect(terminal.output()).toContain('\x1b[?1006l\x1b[?1000l');
  });

  it('selects the octet that is clicked, as hex, unmasked and as text', async () => {
    const terminal = await opened(closeCase(), { mouse: true });
    await press(terminal, 'e', /> {2}4 RX/);
    await press(terminal, '\x1b[<0;18;16M', /━ Hex · 4 octets · [^─]*octet 2 0x03/);
    await press(terminal, '\x1b[<0;64;16M', /━ Hex · 4 octets · [^─]*octet 1 0x02/);
    await press(terminal, '\x1b[<0;30;16M', /━ Hex · 4 octets · [^─]*octet 1 0x02/);
    await press(terminal, '0g', /> {2}0 RX/);
    await press(terminal, '\x1b[<0;15;17M', /━ Hex · 11 octets · [^─]*octet 9 0x51/);
    await press(terminal, '\x1b[<0;56;16M', /━ Hex · 11 octets · [^─]*octet 6 0x7f/);
    await quit(terminal);
  });

  it('selects the field that is clicked where the pane is scrolled', async () => {
    const terminal = await opened(closeCase(), { mouse: true });
    await press(terminal, '0g\rl', /▾ header/);
    expect((await press(terminal, 'jjj', /> {4}opcode/)).split('\n')[10]).toMatch(/^ {5}FIN/);
    await press(terminal, '\x1b[<0;9;11M', /> {4}FIN/);
    await quit(terminal);
  });

  it('opens with a double click, and only with two in one place', async () => {
    const terminal = await opened(closeCase(), { mouse: true });
    await press(terminal, '\x1b[<0;9;7M\x1b[<0;9;7m\x1b[<0;9;8M', /> {2}4 RX/);
    expect(await press(terminal, 'm', /» {2}4 RX/)).toContain('─ Row 4');
    await press(terminal, 'm\x1b[<0;9;7M\x1b[<0;9;7m\x1b[<0;9;7M', /━ Row 3/);
    await quit(terminal);
  });

  it('is left to the terminal where that is asked for, and taken back', async () => {
    const terminal = await opened(closeCase(), { mouse: true });
    await press(terminal, 't', 'the terminal has the mouse: drag to select; t takes it back');
    expect(terminal.output()).toMatch(/\?1000l[^h]*\?1006l$|\?1000l/);
    const before = terminal.output().split('?1000h').length;
    await press(terminal, 't', 'clicks and the wheel work here again');
    expect(terminal.output().split('?1000h')).toHaveLength(before + 1);
    await quit(terminal);
  });

  it("is the terminal's own with --no-mouse", async () => {
    const terminal = await opened();
    expect(terminal.output()).not.toContain('?1000h');
    await quit(terminal);
  });
});

describe('counts and places', () => {
  it('takes a row, and goes to numbers and shares', async () => {
    const terminal = await opened(pings(1000), { view: { filter: null, row: 77, follows: false } });
    await terminal.when((text) => text.includes('row 77 '));
    await press(terminal, ':512\r', 'row 512 ');
    await press(terminal, ':50%\r', 'row 499 ');
    await press(terminal, ':no such\r', '✗ no action has that in its name or its help');
    await press(terminal, '\x1b', '? help');
    await press(terminal, '100%', 'row 999 ');
    await quit(terminal);
  });

  it('says that a row is not there', async () => {
    const terminal = runInspect(sourceOf(closeCase()), 80, 24, { view: { filter: null, row: 999, follows: false } });
    await terminal.when((text) => /row 5 · 6 rows[\s\S]*there is no row 999: the last is 5/.test(text));
    await press(terminal, 'g:500\r', /row 5 [\s\S]*there is no row 500: the last is 5/);
    await press(terminal, 'g77G', /row 5 [\s\S]*there is no row 77: the last is 5/);
    await quit(terminal);
  });

  it('moves by messages and gaps', async () => {
    const rows = decoded([
      octets(0, 'tx', '01 01 61'),
      octets(1, 'tx', '80 01 62'),
      { kind: 'delay', row: 2, time: null, seconds: 1, tag: null },
      octets(3, 'tx', '82 00'),
    ]);
    const terminal = await opened(rows);
    await press(terminal, 'J', /> {2}3 /);
    await press(terminal, 'S', /> {2}2 /);
    await press(terminal, 'K', /> {2}0 /);
    const text = await press(terminal, '1g\r', 'message');
    expect(text).toContain('text, 2 octets in 2 frames');
    await quit(terminal);
  });

  it('stops at what is charged, and names what follows the failure', async () => {
    const rows = closeCase();
    rows[1]?.annotations.push(annotation(1, { afterFailure: true }));
    const terminal = await opened(rows);
    await press(terminal, 'e', /> {2}4 /);
    await press(terminal, 'WW', /> {2}1 /);
    await quit(terminal);
  });
});

describe('the palette', () => {
  it('shows the actions while one writes, and does what is chosen', async () => {
    const terminal = await opened();
    const text = await press(terminal, ':', 'Actions · ');
    expect(text).toMatch(/^> help +\? F1 +show this help/m);
    await press(terminal, 'next-v', /^> next-violation +e +next violation/m);
    await press(terminal, '\r', /> {2}4 RX CLOSE/);
    await press(terminal, ':zo\t', ': zoom▏');
    await press(terminal, '\x1b', '? help');
    await press(terminal, ':history\x1b[B', /^> history-forward/m);
    await press(terminal, '\x1b', '? help');
    await press(terminal, ':3 down\r', /> {2}5 /);
    await press(terminal, ':filter\r', 'filter: ▏');
    await press(terminal, '\x1b', '? help');
    await quit(terminal);
  });

  it('has what is for who has the terminal too', async () => {
    const terminal = await opened();
    const before = terminal.output().split('\x1b[2J').length;
    terminal.type(':redraw\r');
    await terminal.when(() => terminal.output().split('\x1b[2J').length > before);
    terminal.type(':interrupt\r');
    expect(await terminal.exit).toBe(130);
  });

  it('leaves room on the smallest screen', async () => {
    const terminal = await opened(closeCase(), {}, 40, 10);
    const text = await press(terminal, ':', 'Actions · ');
    expect(text.split('\n')[0]).toContain('wirelog');
    expect(text.split('\n').at(-1)).toContain(': ▏');
    await press(terminal, '\x1b', '? help');
    await quit(terminal);
  });
});

describe('exporting', () => {
  it('asks for form and name, writes, and says where to', async () => {
    const terminal = await opened();
    const text = await press(terminal, 'x', '━ Export');
    expect(text).toContain('acme-ws, case 7.9.13  6 rows');
    expect(text).toMatch(/form +\[markdown\] +html[\s\S]*file +acme-ws-7\.9\.13\.md/);
    await press(terminal, 'l', 'acme-ws-7.9.13.html');
    await press(terminal, '\r', 'acme-ws-7.9.13.html written: 6 rows as html');
    await press(terminal, 'xe\x15bug.html\r', /\[html\][\s\S]*bug\.html/);
    await press(terminal, 'h', 'bug.md');
    await press(terminal, '\x1b', '? help');
    await quit(terminal);
  });

  it('says when there is nothing to write', async () => {
    const terminal = await opened([]);
    await press(terminal, 'x', 'there are no rows to export');
    await quit(terminal);
  });

  it('says what went wrong', async () => {
    const write = async () => 'not written: permission denied: a.md';
    const terminal = await opened(closeCase(), { reporter: { ...REPORTER, write } });
    await press(terminal, 'x\r', 'not written: permission denied: a.md');
    await quit(terminal);
  });
});

describe('layouts', () => {
  it('are gone through, and around', async () => {
    const terminal = await opened();
    expect(await press(terminal, '|', 'layout: list and detail')).not.toContain('─ Hex');
    expect(await press(terminal, '|', 'layout: list and hex')).toContain('─ Hex');
    expect(await press(terminal, '|', 'layout: list only')).not.toContain('─ Why');
    await press(terminal, '\t', /━ Row 0/);
    await press(terminal, '|', /layout: stacked[\s\S]*|─ Hex/);
    await quit(terminal);
  });

  it('have columns on a wide screen', async () => {
    const terminal = await opened(closeCase(), {}, 200, 60);
    const lines = (await press(terminal, '|', 'layout: columns')).split('\n');
    expect(lines[3]).toMatch(/^> {2}0 RX TEXT.* ─ Row 0/);
    terminal.type('3g');
    await press(terminal, '\x1b[<0;150;7M', /━ Row 3/);
    await quit(terminal);
  });

  it('outlive a screen on which they do not fit', async () => {
    const terminal = await opened(closeCase(), {}, 200, 60);
    await press(terminal, '|', 'layout: columns');
    terminal.resize(80, 24);
    await terminal.when((text) => /^─ Hex/m.test(text));
    terminal.resize(200, 60);
    await terminal.when((text) => /^> {2}0 RX TEXT.* ─ Row 0/m.test(text));
    await quit(terminal);
  });

  it('give lines from one pane to another', async () => {
    const terminal = await opened(pings(1000));
    const lineOf = (text: string, what: string) => text.split('\n').findIndex((line) => line.includes(what));
    const before = lineOf((await terminal.when(() => true)).join('\n'), '─ Row 0');
    terminal.type('2+');
    await terminal.when((text) => lineOf(text, '─ Row 0') === before + 2);
    terminal.type('\t3+');
    await terminal.when((text) => lineOf(text, '━ Row 0') === before - 1);
    await press(terminal, '99-9-', 'there is no more room to give');
    await quit(terminal);
  });
});

describe('comparing', () => {
  it('asks for the other log, and begins at the first difference', async () => {
    const other = (path: string) => (path === 'b.json' ? sourceOf(pairs()) : `${path}: no such file or directory`);
    const subject = { kind: 'log', source: sourceOf(closeCase()), other } as const;
    const terminal = runInspect(subject, 120, 24, { color: false });
    await terminal.when((text) => text.includes('? help'));
    await press(terminal, 'dc.json\r', 'c.json: no such file or directory');
    await press(terminal, 'd', 'compare with (another log): ▏');
    const text = await press(terminal, 'b.json\r', '▶≠◀');
    expect(text).toMatch(/wirelog {2}compared/);
    await press(terminal, 'q', /^> {2}0 RX/m);
    await quit(terminal);
  });
});

describe('hyperlinks', () => {
  const LINK = '\x1b]8;;https://www.rfc-editor.org/rfc/rfc6455#section-5.1\x1b\\RFC 6455 §5.1\x1b]8;;\x1b\\';

  it('lead to the section of the RFC where the terminal takes them', async () => {
    const terminal = await opened(closeCase(), { color: true, links: true });
    const text = await press(terminal, 'e', /> {2}4 RX CLOSE/);
    expect(text).toContain('mask/missing  error  RFC 6455 §5.1  by the client');
    expect(terminal.output()).toContain(LINK);
    await quit(terminal);
  });

  it('lead to the file of the log', async () => {
    const notes = { given: [], keep: () => null };
    const terminal = runInspect({ ...sourceOf(closeCase()), title: 'a b\x07.json', notes }, 80, 24, { links: true });
    await terminal.when((text) => text.includes('? help'));
    expect(terminal.output()).toContain('/a%20b%07.json\x1b\\');
    await quit(terminal);
  });

  it.each([{ color: true }, { color: false, links: true }])('are left out with %j', async (about) => {
    const terminal = await opened(closeCase(), about);
    await press(terminal, 'e', /> {2}4 RX CLOSE/);
    expect(terminal.output()).not.toContain('\x1b]8');
    await quit(terminal);
  });
});

describe('a replay', () => {
  it('shows what a live peer does beside the log', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).once('data', (head) => socket.end(answerTo(head.toString('latin1'))));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const terminal = await opened(pairs(), {}, 120);
    await press(terminal, 'R', 'replay at');
    await press(terminal, `ws://127.0.0.1:${port}\r`, /replayed/);
    const text = (await terminal.when((screen) => screen.includes('TCP'))).join('\n');
    expect(text).toContain(`at ws://127.0.0.1:${port}`);
    expect(text).toMatch(/PONG/i);
    await quit(terminal);
    server.close();
  });

  it('says what is wrong with the address, and where nobody listens', async () => {
    const terminal = await opened(pairs(), {}, 120);
    await press(terminal, 'Rws://\r', 'is not a WebSocket URL');
    await press(terminal, 'q', '? help');
    await press(terminal, 'Rws://127.0.0.1:1\r', 'ECONNREFUSED');
    await quit(terminal);
  });
});

/** A server that takes the handshake, answers one Ping, and goes. */
function answerTo(request: string): Buffer {
  const key = /^Sec-WebSocket-Key: (.*?)\r$/im.exec(request)?.[1] ?? '';
  const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from('8a0131', 'hex')]);
}

describe('statistics', () => {
  it('are a screen of their own', async () => {
    const terminal = await opened(pairs());
    const text = await press(terminal, 'i', /statistics {2}6 rows/);
    expect(text).toMatch(/Pong from the client +2 +3\.000 · 3\.000 · 3\.000 \(row 3\)/);
    await press(terminal, 'G', 'findings');
    await press(terminal, '?', /count for the next key|Help/);
    await press(terminal, 'q', 'statistics');
    await press(terminal, 'q', '> ');
    await quit(terminal);
  });

  it('begin anew when the log is read', async () => {
    let end = () => {};
    const source = sourceOf(closeCase(), () => new Promise((done) => (end = () => done(undefined))));
    const terminal = runInspect(source, 80, 40, { color: false });
    await press(terminal, 'i', /statistics {2}6 rows {2}loading/);
    end();
    await terminal.when((text) => /statistics {2}6 rows$/m.test(text));
    await quit(terminal);
  });
});

describe('a log', () => {
  const decides = { why: 'row 4: it closed with 1002', decidedBy: 4 };
  const judge = (log: Parameters<typeof REPORTER.judge>[0]) => {
    const own = REPORTER.judge(log);
    return { ...own, verdict: { ...own.verdict, ...decides } } as typeof own;
  };
  const view = { filter: null, row: null, follows: false };

  it('opens at the row that decides the case, as the case browser opens it', async () => {
    const terminal = await opened(closeCase(), { view, reporter: { ...REPORTER, judge } });
    await terminal.when((text) => /^> {2}4 RX CLOSE/m.test(text));
    await quit(terminal);
  });

  it('stays where the reader has gone meanwhile', async () => {
    let end = () => {};
    const source = sourceOf(closeCase(), () => new Promise((done) => (end = () => done(undefined))));
    const terminal = runInspect(source, 80, 24, { color: false, view, reporter: { ...REPORTER, judge } });
    await press(terminal, 'j', /^> {2}1 TX TEXT/m);
    end();
    await terminal.when((text) => !text.includes('loading'));
    await press(terminal, 'm', /^» {2}1 TX TEXT/m);
    terminal.type('m');
    await quit(terminal);
  });
});

/** A text and its echo, each with the log's own frame row; the second of them says something else. */
function withFrameRows() {
  const frame = { kind: 'frame', time: null, opcode: 1, fin: true, rsv: 0, repeat: null, chopSize: null } as const;
  const about = { maskingKey: null, length: 2, sync: false };
  const payload = (text: string) => wholeOctets(Buffer.from(text));
  return decoded([
    { ...frame, ...about, row: 0, direction: 'tx', masked: false, payload: payload('hi') },
    octets(1, 'tx', '81 02 68 69'),
    octets(2, 'rx', '81 82 00 00 00 00 68 69'),
    { ...frame, ...about, row: 3, direction: 'rx', masked: true, payload: payload('ho') },
  ]);
}

describe("the log's own frame rows", () => {
  it('are folded away where they say what the octets say, and v shows them', async () => {
    const terminal = await opened(withFrameRows());
    const text = await press(terminal, 'G', 'row 3 · 4 rows, 1 folded');
    expect(text).toMatch(/^ {3}1 TX TEXT[^\n]*\n {3}2 RX TEXT[^\n]*\n> {2}3 RX text/m);
    await press(terminal, 'v', /row 3 · 4 rows {2}[\s\S]*^ {3}0 TX text[\s\S]*the log's own frame rows are shown/m);
    await press(terminal, '0g', /^> {2}0 TX text/m);
    await press(terminal, 'v', /the log's own frame rows are folded/);
    await quit(terminal);
  });

  it('lead to their octets while they are folded away', async () => {
    const terminal = await opened(withFrameRows());
    await press(terminal, '0g', /^> {2}1 TX TEXT[\s\S]*row 0 is the log's own frame row of these octets: v shows it/m);
    await quit(terminal);
  });

  it('are shown where a filter asks for them', async () => {
    const terminal = await opened(withFrameRows());
    await press(terminal, 'gfframe', '2 of 4 rows');
    await press(terminal, '\r', /^ {3}0 TX text[^\n]*\n> {2}3 RX text/m);
    await press(terminal, 'f\x15opcode==text', '3 of 3 rows');
    await press(terminal, '\x1b', '? help');
    await quit(terminal);
  });

  it('say so where there are none', async () => {
    const terminal = await opened();
    await press(terminal, 'v', 'the log has no frame rows that repeat its octets');
    await quit(terminal);
  });
});

describe('the verdict on the case', () => {
  const decides = { why: 'row 1: the echo has 4 octets, and 5 were sent', decidedBy: 1 };
  const judged = (log: Parameters<typeof REPORTER.judge>[0]) => {
    const own = REPORTER.judge(log);
    const hints = [{ id: 'echo-cut', row: 1, says: 'row 1: the message came back 1 octet short' }];
    return { ...own, hints, verdict: { ...own.verdict, ...decides } } as typeof own;
  };

  it('stands at its row and above the reasons, and is stopped at', async () => {
    const terminal = await opened(closeCase(), { reporter: { ...REPORTER, judge: judged } });
    await terminal.when((text) => text.includes('─ Why · FAILED: row 1: the echo has 4 octets, and 5 were sent'));
    const text = await press(terminal, 'e', /> {2}1 TX TEXT .* ✗ Hello +the case: FAILED/);
    expect(text).toMatch(/^ ✗ FAILED: row 1: the echo/m);
    expect(text).toMatch(/^ ~ likely: the message came back/m);
    await press(terminal, 'e', /> {2}4 RX CLOSE/);
    await quit(terminal);
  });
});
