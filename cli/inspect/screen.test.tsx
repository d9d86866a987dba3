import { describe, expect, it } from 'vitest';
import { annotation, closeCase, decoded, HEADER, octets, pings, sourceOf } from './log/log.fixture.ts';
import type { InspectSink } from './log/store.ts';
import { type FakeTerminal, runInspect } from './terminal.fixture.ts';

const isReady = (text: string) => text.includes('? help') && !text.includes('loading');

async function quit(terminal: FakeTerminal): Promise<void> {
  terminal.type('q');
  expect(await terminal.exit).toBe(0);
}

describe('the screen', () => {
  it('shows rows, detail, octets and reasons at 80x24', async () => {
    const terminal = runInspect(sourceOf(closeCase()), 80, 24, { color: false });
    await terminal.when(isReady);
    terminal.type('e');
    const lines = await terminal.when((text) => text.includes('>  4'));
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      " wirelog  acme-ws  7.9.13  FAILED  row 4 · 6 rows  ✗ 1  ! 0  ◇ 1
       OPEN━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━CLOSING◇╌╌╌╌╌╌╌╌╌●╌╌╌╌╌╌╌╌╌CLOSED··········
       row    frame     F123M  length   payload  ✗ violation  ◇ on purpose  ! warning
         0 RX TEXT      F---M       5   Hello
         1 TX TEXT      F----       5   Hello
         2                              the writer will fail the connection after 1 s
         3 TX CLOSE     F----       2 ◇ 2999                     close/code-unassigned
      >  4 RX CLOSE     F----       2 ✗ 1002 protocol error               mask/missing
         5                              TCP ended by the writer
      ─ Row 4 · rx frame · octets 0–3 · client → server ──────────────────────────────
       ▸ header        ✗ 88 02  FIN=1 RSV=000 MASK=0  opcode 8 close  2 octets
       ▸ close           1002 protocol error
       ▸ connection      CLOSING  no extensions

      ─ Hex · 4 octets ───────────────────────────────────────────────────────────────
       00000000: 88[02]03 ea                                        ....


      ─ Why · FAILED ─────────────────────────────────────────────────────────────────
       ✗ mask/missing  error  RFC 6455 §5.1  by the client
         a client masks its frames (octet 1)
         answers row 3
       = FAILED: the report says so, and the rows cannot tell (missing: what the case
       ? help  q quit  j/k row  e/E violation  c/C cause/reaction  / search  f filter"
    `);
    await quit(terminal);
  });

  it('puts detail and octets side by side at 120x40', async () => {
    const terminal = runInspect(sourceOf(closeCase()), 120, 40);
    await terminal.when(isReady);
    const lines = await terminal.when((text) => /│ .*48 65/.test(text));
    expect(lines.find((line) => line.includes('Hex'))).toMatch(/^─ Row 0 .* ─ Hex · 11 octets ─+$/);
    expect(lines.find((line) => line.includes('00000000: 81 85'))).toMatch(/^ ▸ header +81 85 .*00000000: 81 85 37 fa/);
    await quit(terminal);
  });

  it('has no colour codes without colour, and shows the selected row', async () => {
    const terminal = runInspect(sourceOf(closeCase()), 80, 24, { color: false });
    const lines = await terminal.when(isReady);
    expect(lines[3]).toMatch(/^> {2}0 RX TEXT/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    expect(terminal.output()).not.toMatch(/\x1b\[[1-9;][0-9;]*m/);
    await quit(terminal);
  });

  it('draws the same at each size, whatever the size before', async () => {
    const terminal = runInspect(sourceOf(pings(300)), 80, 24, { color: false });
    const small = await terminal.when(isReady);
    terminal.resize(120, 40);
    await terminal.when((text) => /Row 0 .* Hex/.test(text));
    terminal.resize(39, 24);
    expect((await terminal.when((text) => text.includes('too small')))[0]).toBe('too small: wirelog needs 40x10');
    terminal.resize(80, 24);
    expect(await terminal.when(isReady)).toEqual(small);
    await quit(terminal);
  });

  it('helps from the table of keys', async () => {
    const terminal = runInspect(sourceOf(closeCase()), 80, 24);
    await terminal.when(isReady);
    terminal.type('?');
    const lines = await terminal.when((text) => text.includes('next violation of the endpoint under test'));
    expect(lines.at(-1)).toContain('? close');
    expect(lines.join('\n')).toMatch(/^ moving$[\s\S]*^ jumping$/m);
    terminal.type('/LAYOUT\r');
    await terminal.when((text) => text.includes('no line has "LAYOUT"'));
    terminal.type('/layout\r');
    await terminal.when((text) => /^> {2}\| +next layout/m.test(text));
    terminal.type('n');
    await terminal.when((text) => text.includes('only this line has "layout"'));
    terminal.type('/quit\r');
    await terminal.when((text) => /^> {2}q +back/m.test(text));
    terminal.type('N');
    await terminal.when((text) => text.includes('the search went past the first, on from the end'));
    terminal.type('q');
    await terminal.when((text) => text.includes('q quit'));
    await quit(terminal);
  });

  it('answers keys while a log loads', async () => {
    let finish = () => {};
    const loaded = new Promise<void>((done) => {
      finish = done;
    });
    const terminal = runInspect(
      sourceOf(pings(200), () => loaded),
      80,
      24,
    );
    await terminal.when((text) => text.includes('loading') && text.includes('> '));
    terminal.type('5je');
    await terminal.when((text) => text.includes('> 99'.padStart(4)) && text.includes('loading'));
    finish();
    await terminal.when(isReady);
    await quit(terminal);
  });

  it('shows annotations that come to rows after the rows', async () => {
    const rows = closeCase();
    const terminal = runInspect(
      sourceOf(rows, async (sink) => {
        sink.change(0, ({ annotations }) => annotations.push(annotation(0, { message: 'late to the party' })));
      }),
      80,
      24,
    );
    await terminal.when((text) => text.includes('late to the party') && text.includes('✗ 2'));
    await quit(terminal);
  });

  it('says what went wrong with reading, and keeps the rows', async () => {
    const terminal = runInspect(
      {
        title: 'b.json',
        notes: null,
        load: async (sink: InspectSink) => {
          sink.header(HEADER);
          sink.rows(closeCase());
          sink.done(null, 'b.json: ends in the middle');
        },
      },
      80,
      24,
    );
    const lines = await terminal.when((text) => text.includes('ends in the middle'));
    expect(lines[3]).toContain('Hello');
    await quit(terminal);
  });
});

describe('keys', () => {
  it('are all done when many come in one chunk, in one draw', async () => {
    const terminal = runInspect(sourceOf(pings(1000)), 80, 24);
    await terminal.when(isReady);
    const before = terminal.output().length;
    terminal.type('j'.repeat(300));
    await terminal.when((text) => text.includes('row 300 · 1000 rows'));
    expect(terminal.output().length - before).toBeLessThan(5000);
    await quit(terminal);
  });

  it('go to a row by number, and to violations', async () => {
    const terminal = runInspect(sourceOf(pings(1000)), 80, 24);
    await terminal.when(isReady);
    terminal.type('512G');
    await terminal.when((text) => text.includes('row 512 '));
    terminal.type('e');
    await terminal.when((text) => text.includes('row 599 '));
    terminal.type('2E');
    await terminal.when((text) => text.includes('row 399 '));
    terminal.type('Ge');
    await terminal.when((text) => text.includes('no violation after this row'));
    await quit(terminal);
  });

  it('scroll the pane that has the focus', async () => {
    const long = decoded([octets(0, 'tx', `82 7e 01 00 ${'00'.repeat(256)}`)]);
    const terminal = runInspect(sourceOf(long), 80, 24);
    await terminal.when(isReady);
    terminal.type('\t\tG');
    const lines = await terminal.when((text) => text.includes('00000100:<00 00 00 00>'));
    expect(lines.find((line) => line.includes('Hex'))).toMatch(/^━ Hex/);
    // From a pane it is back to the list.
    terminal.type('q');
    await terminal.when((text) => /^─ Hex/m.test(text));
    await quit(terminal);
  });
});

describe('leaving', () => {
  it.each([
    ['q', 0],
    ['Q', 0],
    ['\x03', 130],
  ])('gives the terminal back after %j with exit code %i', async (key, code) => {
    const terminal = runInspect(sourceOf(closeCase()), 80, 24);
    await terminal.when(isReady);
    expect(terminal.isRaw()).toBe(true);
    terminal.type(key);
    expect(await terminal.exit).toBe(code);
    expect(terminal.isRaw()).toBe(false);
    expect(terminal.output().endsWith('\x1b[?2004l\x1b[?25h\x1b[?7h\x1b[?1049l')).toBe(true);
  });

  it('is not what Esc does on the first screen', async () => {
    const terminal = runInspect(sourceOf(closeCase()), 80, 24);
    await terminal.when(isReady);
    terminal.type('\x1b');
    await terminal.when((text) => text.includes('q quits'));
    terminal.type('j');
    await terminal.when((text) => /^> {2}1/m.test(text));
    await quit(terminal);
  });

  it('gives the terminal back when the reading of the log throws', async () => {
    const terminal = runInspect({ title: 'c', notes: null, load: () => Promise.reject(new Error('a bug')) }, 80, 24);
    await expect(terminal.exit).rejects.toThrow('a bug');
    expect(terminal.output().endsWith('\x1b[?1049l')).toBe(true);
  });

  it('tells the reader of the log that nobody looks any more', async () => {
    let signal: AbortSignal | null = null;
    const source = {
      title: 'd',
      notes: null,
      load: (_sink: unknown, given: AbortSignal) => {
        signal = given;
        return new Promise<void>(() => {});
      },
    };
    const terminal = runInspect(source, 80, 24);
    await terminal.when((text) => text.includes('reading'));
    await quit(terminal);
    expect((signal as AbortSignal | null)?.aborted).toBe(true);
  });
});
