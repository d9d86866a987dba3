// The case browser and the comparison, on the screen.

import { describe, expect, it } from 'vitest';
import { type FakeTerminal, runInspect } from '../terminal.fixture.ts';
import { caseItem, directory } from './cases.fixture.ts';
import type { CaseItem } from './cases.ts';

async function press(terminal: FakeTerminal, keys: string, expected: string | RegExp): Promise<string> {
  terminal.type(keys);
  const lines = await terminal.when((text) =>
    typeof expected === 'string' ? text.includes(expected) : expected.test(text),
  );
  return lines.join('\n');
}

async function opened(items?: readonly CaseItem[]): Promise<FakeTerminal> {
  const terminal = runInspect(directory(items), 80, 24, { color: false });
  await terminal.when((text) => text.includes('? help') && !text.includes('reading'));
  return terminal;
}

async function quit(terminal: FakeTerminal): Promise<void> {
  terminal.type('Q');
  expect(await terminal.exit).toBe(0);
}

describe('the case browser', () => {
  it('puts groups, cases and agents on the screen, in case order', async () => {
    const terminal = await opened();
    const lines = (await press(terminal, 'e', 'why')).split('\n');
    expect(lines.slice(0, 9).map((line) => line.trimEnd())).toEqual([
      ' wirelog  reports  2 agents  4 cases  ✗ 1  all',
      '  case   ✗ failed  ! warning        ▸acme-ws               bolt',
      '  ▾ 1  Framing                       2/2                   1/1',
      '      1.1.1    Send case 1.1.1.        ok                    ok',
      '      1.1.2    Send case 1.1.2.        ok                  ·',
      '  ▾ 7  Close handling                0/1                   1/1',
      '>     7.9.13   Send case 7.9.13.    [✗ FAILED                ok',
      '  ▾ 10  Miscellaneous                1/1                   ·',
      '      10.1.1   Send case 10.1.1.       ok                  ·',
    ]);
    expect(lines.join(' ')).toMatch(/why +row 4: the client: a client masks its frames/);
    await quit(terminal);
  });

  it('says how each agent did in the group under the cursor', async () => {
    const terminal = await opened();
    const text = await press(terminal, 'J', /─ 7 Close handling · 1 case/);
    expect(text).toMatch(/acme-ws +1 of 1 case failed: 7\.9\.13\n rules +mask\/missing\n bolt +none of 1 case failed/);
    expect(await press(terminal, 'J', /─ 10 /)).toMatch(/acme-ws +none of 1 case failed\n bolt +no log/);
    await quit(terminal);
  });

  it('opens the log at the row that decides, and comes back', async () => {
    const terminal = await opened();
    await press(terminal, 'e\r', /> {2}4 RX CLOSE/);
    await press(terminal, 'q', /> {5}7\.9\.13/);
    terminal.type('q');
    expect(await terminal.exit).toBe(0);
  });

  it('says what is likely the cause', async () => {
    const hints = [{ id: 'echo-cut', row: 4, says: 'row 4: the message came back 1 octet short' }];
    const terminal = await opened([caseItem('1.1.1', 'acme-ws', 'row 4: x', { hints })]);
    expect(await press(terminal, 'e', 'likely')).toMatch(/why +row 4: x\n likely +row 4: the message came back/);
    await quit(terminal);
  });

  it('takes clicks: a line, a column, and a double click that opens the log', async () => {
    const terminal = runInspect(directory(), 80, 24, { color: false, mouse: true });
    await terminal.when((text) => text.includes('? help') && !text.includes('reading'));
    await press(terminal, '\x1b[<0;62;4M', /> {5}1\.1\.1 .*\[ {2}ok/);
    expect((await terminal.when(() => true)).join('\n')).toContain('─ 1.1.1 · bolt');
    await press(terminal, '\x1b[<0;42;7M\x1b[<0;42;7m', /─ 7\.9\.13 · acme-ws/);
    await new Promise((done) => setTimeout(done, 450));
    await press(terminal, '\x1b[<0;42;7M\x1b[<0;42;7m\x1b[<0;42;7M', /^> {2}4 RX CLOSE/m);
    await quit(terminal);
  });

  it('folds groups, one and all', async () => {
    const terminal = await opened();
    const text = await press(terminal, '\r', '▸ 1  Framing');
    expect(text).not.toContain('1.1.2');
    await press(terminal, 'z', /▸ 1 [\s\S]*▸ 7 [\s\S]*▸ 10/);
    await press(terminal, 'zJ', /> ▾ 7/);
    await quit(terminal);
  });

  it('shows failing cases first, alone, and all', async () => {
    const terminal = await opened();
    expect(await press(terminal, 'f', 'failing first')).toMatch(/▾ 7 [\s\S]*▾ 1 /);
    const text = await press(terminal, 'f', 'only failing');
    expect(text).not.toContain('1.1.1');
    expect(text).toContain('7.9.13');
    await press(terminal, 'f', '1.1.1');
    await quit(terminal);
  });

  it('finds cases by what is said of them, and chooses the agent', async () => {
    const terminal = await opened();
    await press(terminal, '/masks\r', /> {5}7\.9\.13/);
    await press(terminal, 'l', 'nothing is wrong');
    await press(terminal, '/1.1.2\r', /1\.1\.2 [\s\S]*nothing is wrong/);
    await press(terminal, 'l\r', 'no log of this agent: h and l choose another');
    await quit(terminal);
  });

  it('finds cases in folded groups, and unfolds them', async () => {
    const terminal = await opened();
    await press(terminal, 'z', /▸ 1 [\s\S]*▸ 7 [\s\S]*▸ 10/);
    const text = await press(terminal, '/1.1.2\r', /> {5}1\.1\.2/);
    expect(text).toMatch(/▸ 7 /);
    await press(terminal, '/send case 1\r', /▾ 10[\s\S]*> {5}10\.1\.1/);
    await press(terminal, 'N', /> {5}1\.1\.2/);
    await press(terminal, 'nn', /> {5}1\.1\.1[\s\S]*the search went past the end, on from the first/);
    await press(terminal, '/zzzz\r', 'no case has "zzzz"');
    await press(terminal, '/FAILED\r', /> {5}7\.9\.13/);
    await press(terminal, '/frami\r', /^> ▾ 1 /m);
    await press(terminal, 'ff/1.1.1\r', 'no case has "1.1.1" among the failing ones: f shows all');
    await quit(terminal);
  });

  it('takes what is not implemented neither for passed nor for failed', async () => {
    const said = { behavior: 'UNIMPLEMENTED', behaviorClose: 'OK' };
    const { verdict } = caseItem('12.1.1', 'acme-ws', null);
    const about = { verdict: { ...verdict, reported: said, derived: said } };
    const terminal = await opened([
      caseItem('12.1.1', 'acme-ws', null, about),
      caseItem('12.1.2', 'acme-ws', null, about),
      caseItem('12.1.1', 'bolt', null),
      caseItem('12.1.2', 'bolt', 'row 4: x'),
      caseItem('12.1.3', 'bolt', null, about),
    ]);
    expect(await press(terminal, 'g', 'Compression')).toMatch(/Compression, payloads +2 – +1\/2 1 –$/m);
    await quit(terminal);
  });

  it('says whose column is chosen, and which keys do nothing', async () => {
    const terminal = await opened();
    await press(terminal, 'l', /─ 1 Framing · 2 cases · bolt/);
    await press(terminal, 'l', 'this is the last agent');
    await press(terminal, 'k', 'this is the first line');
    await press(terminal, 'X', 'X does nothing here: ? lists the keys');
    const text = await press(terminal, 'ex', '━ Export');
    expect(text).not.toContain('does nothing');
    await press(terminal, '\x1b', '? help');
    await quit(terminal);
  });

  it('names the files that cannot be read', async () => {
    const subject = directory(undefined, async (sink) => sink.failed('reports/half.json: it ends in the middle'));
    const terminal = runInspect(subject, 80, 24, { color: false });
    await terminal.when((text) => /1 unreadable[\s\S]*reports\/half\.json: it ends/.test(text));
    await quit(terminal);
  });

  it('does not say that no case failed where there is none', async () => {
    const terminal = await opened([]);
    expect(await press(terminal, 'f', 'failing first')).toContain('no log in it');
    await quit(terminal);
  });

  it('keeps the cursor on its case while others come', async () => {
    let more: (item: CaseItem) => void = () => {};
    const subject = directory([caseItem('5.1', 'acme-ws', 'row 4: x')], (sink) => {
      more = sink.add;
      return new Promise(() => {});
    });
    const terminal = runInspect(subject, 80, 24, { color: false });
    await press(terminal, 'j', /> {5}5\.1 /);
    for (let at = 1; at <= 5; at++) more(caseItem(`1.1.${at}`, 'acme-ws', null));
    await new Promise((done) => setTimeout(done, 120));
    more(caseItem('1.1.6', 'acme-ws', null));
    await terminal.when((text) => /1\.1\.5[\s\S]*> {5}5\.1 /.test(text));
    await quit(terminal);
  });

  it('has room for more agents than columns', async () => {
    const items = Array.from({ length: 20 }, (_, at) => caseItem('1.1.1', `agent-${at}`, null));
    const terminal = await opened(items);
    await press(terminal, 'j15l', '▸agent-15');
    expect(await press(terminal, '9l', '▸agent-19')).toMatch(/agents 1\d–20 of 20/);
    await quit(terminal);
  });

  it('tells agents of one name apart, and shows what is no case', async () => {
    const terminal = await opened([
      caseItem('1.1.1', 'acme-ws', null, { folder: 'old' }),
      caseItem('1.1.1', 'acme-ws', null, { folder: 'new' }),
      caseItem(null, 'logs', null, { source: 'new/pong-missing.log', folder: 'new' }),
    ]);
    const text = await press(terminal, 'G', 'pong-missing.log');
    expect(text).toContain('new/acme-ws');
    await quit(terminal);
  });

  it('survives texts that would drive the terminal', async () => {
    const evil = '\x1b]52;c;x\x07\x1b[2J\u202e';
    const item = caseItem('1.1.1', evil, `row 1: ${evil}`, { description: evil, folder: evil, source: evil });
    const terminal = await opened([item, caseItem(`1.${evil}`, evil, null)]);
    await press(terminal, 'j', 'why');
    expect(terminal.output()).not.toContain(evil.slice(0, 4));
    await quit(terminal);
  });

  it('links to the file, whatever that is called, where the terminal takes links', async () => {
    const evil = 'a\x1b]52;c;x\x07 b.json#2';
    const items = [caseItem('1.1.1', 'acme-ws', 'row 1: x', { source: evil })];
    const terminal = runInspect(directory(items), 80, 24, { color: true, links: true });
    await press(terminal, 'e', /file +a\\u\{1b\}/);
    expect(terminal.output()).toContain('\x1b]8;;file:///');
    expect(terminal.output()).toContain('/a%1B%5D52;c;x%07%20b.json\x1b\\');
    await quit(terminal);
  });

  it('is usable on the smallest screen', async () => {
    const terminal = runInspect(directory(), 40, 10, { color: false });
    await terminal.when((text) => text.includes('Framing') && !text.includes('reading'));
    await press(terminal, 'e', /> {5}7\.9\.13[\s\S]*why/);
    await quit(terminal);
  });
});

describe('from the case browser', () => {
  it('the log under the cursor is exported', async () => {
    const terminal = await opened();
    await press(terminal, 'x', 'choose a case, and with h and l an agent, to export');
    await press(terminal, 'ex', /log +acme-ws, case 7\.9\.13[\s\S]*acme-ws-7\.9\.13\.md/);
    await press(terminal, '\r', 'acme-ws-7.9.13.md written: 6 rows as markdown');
    await quit(terminal);
  });

  it('its statistics are shown', async () => {
    const terminal = await opened();
    await press(terminal, 'i', 'no log here: choose a case');
    await press(terminal, 'ei', /statistics {2}6 rows/);
    await press(terminal, 'q', /> {5}7\.9\.13/);
    await quit(terminal);
  });

  it('actions are there by their names', async () => {
    const terminal = await opened();
    await press(terminal, ':next-v\r', /> {5}7\.9\.13/);
    await press(terminal, ':1\r', /^> ▾ 1 /m);
    await quit(terminal);
  });
});

describe('the comparison', () => {
  it('begins at the first difference, and opens either log there', async () => {
    const terminal = await opened();
    await press(terminal, 'e', />.*7\.9\.13/);
    const text = await press(terminal, 'd', '▶≠◀');
    expect(text).toMatch(/│ +1 TX/);
    expect(text.split('\n').find((line) => line.startsWith('>'))).toMatch(/will fail the con/);
    await press(terminal, 'e', /^> +4 RX.*≠ +4 RX/m);
    await press(terminal, 'e', /^> .*TCP ended by the writer/m);
    await press(terminal, 'e', 'no difference after this row');
    await press(terminal, '/hello\r', /^> .*TEXT[\s\S]*the search went past the end, on from the first/m);
    await press(terminal, ':?TCP ended\r', /^> .*TCP ended by the writer/m);
    await press(terminal, 'h', 'the left log is chosen already');
    await press(terminal, 'E', /^> +4 RX/m);
    await press(terminal, 'l\r', /> {2}4 RX CLOSE +F---M/);
    await press(terminal, 'q', '≠');
    await press(terminal, 'q', '▾ 7  Close handling');
    await quit(terminal);
  });

  it('begins from an open log too', async () => {
    const terminal = await opened();
    await press(terminal, 'e\r', /^> {2}4 RX CLOSE/m);
    await press(terminal, 'd', '▶≠◀');
    await press(terminal, 'q', /^> {2}4 RX CLOSE/m);
    await press(terminal, 'q', '▾ 7  Close handling');
    await quit(terminal);
  });

  it('says when there is nobody to compare with', async () => {
    const terminal = await opened();
    await press(terminal, 'd', 'choose a case to compare');
    await press(terminal, 'Gd', 'no other agent has this case');
    await quit(terminal);
  });
});
