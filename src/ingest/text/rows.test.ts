import { describe, expect, it } from 'vitest';
import { InputError } from '../../model/errors.ts';
import type { Row } from '../../model/row.ts';
import { briefly, readLog } from '../read-log.fixture.ts';
import { readRows } from './rows.ts';

describe('the header', () => {
  it('is filled from the lines before the first row', () => {
    const text = [
      '# wirelog 1',
      '# writer: server',
      '# under-test: client',
      '# agent: Peer 2.0',
      '# case: 1.1',
      '# started: 2026-11-22T06:00:00.000Z',
      '# extensions: none',
      '# request: "GET / HTTP/1.1\\r\\n\\r\\n"',
      '# response: ?',
      '# unlogged-rx: 12',
      'rx 8100',
    ].join('\n');
    const { headers, error } = readLog(readRows, text);
    expect(error).toBeNull();
    expect(headers).toEqual([
      {
        source: 'a.log',
        format: 'rows',
        writer: 'server',
        underTest: 'client',
        agent: 'Peer 2.0',
        case: '1.1',
        started: '2026-11-22T06:00:00.000Z',
        request: 'GET / HTTP/1.1\r\n\r\n',
        response: null,
        extensions: 'none',
        unlogged: { rx: 12, tx: 0 },
        report: null,
      },
    ]);
  });

  it('takes all other keys for the report, and values for JSON where they are', () => {
    const text =
      '# agent: Peer\n# behavior: OK\n# rxOctetStats: {"2":1}\n# closedByMe: true\n# duration: 12\n# constructor: 1\n# result: caf\xc3\xa9 [x\nrx 8100';
    const [header] = readLog(readRows, text).headers;
    expect(header?.report).toEqual(
      Object.fromEntries([
        ['agent', 'Peer'],
        ['behavior', 'OK'],
        ['rxOctetStats', { 2: 1 }],
        ['closedByMe', true],
        ['duration', 12],
        ['constructor', 1],
        ['result', 'café [x'],
      ]),
    );
  });

  it('may be missing', () => {
    expect(readLog(readRows, '000 RX OCTETS: 8100\n').headers).toMatchObject([
      { writer: null, underTest: 'both', report: null, unlogged: null },
    ]);
  });
});

describe('rows', () => {
  it('are found in a block that someone pasted into prose', () => {
    const text =
      '\xef\xbb\xbfHello,\r\n\r\n> as I said\r\n```\r\n000 RX OCTETS: 8100\r\n001 TX OCTETS: 8800\r\n```\r\nWhat do you think?\r\n```\r\n002 TCP DROPPED BY ME\r\n```\r\n';
    expect(briefly(readLog(readRows, text).rows)).toEqual(['0 rx 8100 2', '1 tx 8800 2', '2 tcp-drop']);
  });

  it('may be quoted, as mail does it', () => {
    const block = `# wirelog 1\n# writer: server\n000 RX OCTETS: ${'81'.repeat(50)}\n${' '.repeat(15)}8182\n\n001 TX OCTETS: 8800`;
    const quoted = `Hello,\n> as I said\n${block.replace(/^/gm, '> ')}\n`;
    expect(readLog(readRows, quoted)).toEqual(readLog(readRows, block));
    expect(briefly(readLog(readRows, '>> rx 8100\n>> > 8800\n').rows)).toEqual(['0 rx 8100 2', '1 tx 8800 2']);
    expect(briefly(readLog(readRows, '> 8100\n< 8800\n').rows)).toEqual(['0 tx 8100 2', '1 rx 8800 2']);
  });

  it('of a second log come after its own header', () => {
    const { headers, rows } = readLog(
      readRows,
      '# wirelog 1\n# writer: client\nrx 81\ntx 82\n# a comment\n# wirelog 1\n# writer: server\nrx 83\n',
    );
    expect(headers.map((header) => header.writer)).toEqual(['client', 'server']);
    expect(briefly(rows)).toEqual(['0 rx 81 1', '1 tx 82 1', '0 rx 83 1']);
  });

  it('without numbers are a second log where a request comes after the end of the connection', () => {
    const [request, frame] = ['tx "GET / HTTP/1.1\\r\\n\\r\\n"', 'rx 8100'];
    const text = ['# writer: client', '# agent: x', '# started: y', request, 'TCP DROPPED BY PEER', request, frame];
    const { headers } = readLog(readRows, text.join('\n'));
    expect(headers.map(({ writer, agent, started }) => [writer, agent, started])).toEqual([
      ['client', 'x', 'y'],
      ['client', 'x', null],
    ]);
    const others = [request, frame, request, 'TCP DROPPED BY PEER', frame];
    expect(readLog(readRows, others.join('\n')).headers).toHaveLength(1);
  });

  it('are of the end that their request tells, whatever the lines before them say', () => {
    const header = (writer: string, direction: string) =>
      readLog(readRows, `# writer: ${writer}\n${direction} "GET / HTTP/1.1\\r\\n"`).headers[0];
    expect(header('server', 'tx')).toMatchObject({
      writer: 'client',
      notes: [expect.stringContaining('sent the request')],
    });
    expect(header('client', 'rx')).toMatchObject({ writer: 'server' });
    expect(header('server', 'rx')?.notes).toBeUndefined();
  });

  it('that begin at 0 again after the end of the connection are a second log', () => {
    const { headers, rows } = readLog(
      readRows,
      '000 RX OCTETS: 81\n001 TCP DROPPED BY ME\n000 RX OCTETS: 82\n001 TCP DROPPED BY ME',
    );
    expect(headers).toHaveLength(2);
    expect(briefly(rows)).toEqual(['0 rx 81 1', '1 tcp-drop', '0 rx 82 1', '1 tcp-drop']);
  });

  it('keep a payload that looks like a comment or a fence', () => {
    const frame = 'RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=3, MASKED=False, MASK=None';
    expect(briefly(readLog(readRows, `000 ${frame}\n# a\n001 ${frame}\n\`\`\`\n002 TCP DROPPED BY ME`).rows)).toEqual([
      '0 frame rx # a',
      '1 frame rx ```',
      '2 tcp-drop',
    ]);
  });

  it('are not there: the end says so', () => {
    const { headers, error } = readLog(readRows, '# wirelog 1\nhello\n> world\n');
    expect(headers).toEqual([]);
    expect(error).toEqual(new InputError('a.log', null, 'no wire-log row in it'));
  });

  it('go out at once where nothing is missing', () => {
    const rows: number[] = [];
    const reader = readRows('a.log', { header: () => {}, row: (row) => rows.push(row.row) });
    reader.push('rx 81\nrx 82\nrx 83\n');
    expect(rows).toEqual([0, 1]);
  });

  describe('when the input pauses', () => {
    const FRAME = 'TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, MASK=None';
    const LONG = `rx ${'81'.repeat(50)}`;
    const paused = (...parts: string[]) => {
      const rows: Row[] = [];
      const reader = readRows('a.log', { header: () => {}, row: (row) => rows.push(row) });
      return parts.map((part) => {
        reader.push(part);
        reader.pause?.();
        return briefly(rows).at(-1);
      });
    };

    it('go out where nothing can be added to them', () => {
      expect(paused('rx 8100\n', 'tx 8200 @0.5\n', `${LONG} @1\n`, `${FRAME}\n${' '.repeat(15)}hi\n`)).toEqual([
        '0 rx 8100 2',
        '1 tx 8200 2',
        '2 rx 8181818181818181 50',
        '3 frame tx hi',
      ]);
      expect(paused('rx 8100\nCLOSING CONNECTION\n', 'TCP DROPPED BY ME\n')).toEqual(['1 closing', '2 tcp-drop']);
    });

    it('wait where more of them may come, and are then whole', () => {
      expect(paused(`rx 81\n${LONG}\n`, `${' '.repeat(15)}8182\n`, 'rx 82\n')).toEqual([
        '0 rx 81 1',
        '0 rx 81 1',
        '2 rx 82 1',
      ]);
      expect(paused(`rx 81\n${FRAME}\n`, `${' '.repeat(15)}hi\n`)).toEqual(['0 rx 81 1', '1 frame tx hi']);
      expect(paused('rx 81\nrx 8', '2\n')).toEqual(['0 rx 81 1', '1 rx 82 1']);
    });

    it('are not taken apart, wherever it pauses', () => {
      const text = `rx 81\n${LONG}\n${' '.repeat(15)}8182\n${FRAME}\n${' '.repeat(15)}hi\nTX OCTETS: 81026869\nrx 89\n`;
      const whole = briefly(readLog(readRows, text).rows);
      for (let at = 1; at < text.length; at++) {
        const rows: Row[] = [];
        const reader = readRows('a.log', { header: () => {}, row: (row) => rows.push(row) });
        reader.push(text.slice(0, at));
        reader.pause?.();
        reader.push(text.slice(at));
        reader.end();
        expect(briefly(rows)).toEqual(whole);
      }
    });
  });
});

describe('rows that show 64 octets of more', () => {
  const cut = (head: string) => head + '00'.repeat(64 - head.length / 2);
  const frame = (direction: 'RX' | 'TX', length: number) =>
    direction === 'RX'
      ? `RX FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=${length}, MASKED=False, MASK=None`
      : `TX FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=${length}, MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False`;

  it('get their length from the frame that was written', () => {
    const text = `${frame('TX', 200)}\nTX OCTETS: ${cut('827e00c8')} ...\nrx 8100\n`;
    expect(briefly(readLog(readRows, text).rows)[1]).toBe('1 tx 827e00c800000000 204');
  });

  it('get it from the frame that was read, if the next read begins with a frame too', () => {
    const text = `RX OCTETS: ${cut('827e00c8')} ...\n${frame('RX', 200)}\n`;
    expect(briefly(readLog(readRows, `${text}rx 8201aa\n${frame('RX', 1)}\n`).rows)[0]).toBe(
      '0 rx 827e00c800000000 204',
    );
    expect(briefly(readLog(readRows, text).rows)[0]).toBe('0 rx 827e00c800000000 204?');
  });

  it('are not held back for ever', () => {
    const rows: number[] = [];
    const reader = readRows('a.log', { header: () => {}, row: (row) => rows.push(row.row) });
    reader.push(`RX OCTETS: ${cut('82')} ...\n${'rx 81\n'.repeat(200)}`);
    expect(rows.length).toBeGreaterThan(190);
  });
});

describe('rows are found', () => {
  const rows = ['000 RX OCTETS: 8100', '001 TX OCTETS: 8a00', '002 TCP DROPPED BY ME'];
  const expected = ['0 rx 8100 2', '1 tx 8a00 2', '2 tcp-drop'];
  it.each([
    ['behind which stands prose', `${rows.slice(0, 2).join('\n')}\n\nCan you tell me what that is?\n-- \nA. B.`, 2],
    [
      'quoted, with prose quoted behind them',
      rows
        .slice(0, 2)
        .map((row) => `> ${row}`)
        .concat('>', '> What is it?', '', 'No idea.')
        .join('\n'),
      2,
    ],
    ['in a diff', `--- a/x\n+++ b/x\n@@ -0,0 +1,3 @@\n${rows.map((row) => `+${row}`).join('\n')}`, 3],
    ['in the source of a page', `<p>Look:</p>\n<pre>${rows.join('\n')}</pre>\n<p>Thanks</p>`, 3],
    ['in a JSON string', JSON.stringify({ n: 1, body: `Look:\n${rows.join('\n')}\nThanks` }), 3],
    [
      'with tabs between their words',
      rows
        .join('\n')
        .replaceAll(' ', '\t')
        .replace(/TCP\tDROPPED\tBY\tME/, 'TCP DROPPED BY ME'),
      3,
    ],
  ])('%s', (_, text, count) => {
    expect(briefly(readLog(readRows, text).rows)).toEqual(expected.slice(0, count));
  });

  it('escaped for a page, in short forms', () => {
    const text = 'Look:<br>\n&lt; 81 00<br>\n&gt; 8a 00<br>\nThanks';
    expect(briefly(readLog(readRows, text).rows)).toEqual(expected.slice(0, 2));
  });

  it('between the tags of a forum', () => {
    const text = 'Look:\n[code]rx 8100\ntx 8a00[/code]\nThanks';
    expect(briefly(readLog(readRows, text).rows)).toEqual(expected.slice(0, 2));
  });

  it.each([
    ['behind the marks of a fence, as a chat quotes', '```rx 8100\ntx 8a00```\nThanks'],
    ['with a blank before the colon', '000 RX OCTETS : 8100\n001 TX OCTETS : 8a00'],
    ['in strings of a program', 'LOG = (\n    "000 RX OCTETS: 8100\\n"\n    "001 TX OCTETS: 8a00\\n"\n)'],
    ['in one string of a program', "const log = '000 RX OCTETS: 8100\\n001 TX OCTETS: 8a00\\n';"],
    ['in members of JSON objects', '{"at": 0, "is": "000 RX OCTETS: 8100"}\n{"at": 1, "is": "001 TX OCTETS: 8a00"}'],
    ['in a list of JSON strings', '{"lines": ["000 RX OCTETS: 8100", "001 TX OCTETS: 8a00"]}'],
    ['behind a paragraph in one line of a page', '<div><p>See:</p><pre><code>rx 8100\ntx 8a00</code></pre></div>'],
  ])('%s', (_, text) => {
    expect(briefly(readLog(readRows, text).rows)).toEqual(expected.slice(0, 2));
  });

  it('in another order than that of their numbers, and none is missing', () => {
    const { rows: read } = readLog(readRows, '001 TX OCTETS: 8a00\n000 RX OCTETS: 8100');
    expect(read.filter((row) => row.kind === 'damaged' && row.loses !== null)).toEqual([]);
  });
});

describe('behind the words of a row octets may be spelt', () => {
  it.each([
    ['rx 0x81 0x00'],
    ['rx 0x81, 0x00'],
    ['< 81:00'],
    ['< \\x81\\x00'],
    ["rx b'\\x81\\x00'"],
    ['RX OCTETS: 0x8100'],
    ['rx <Buffer 81 00>'],
    ['rx [129, 0]'],
    ['rx 10000001 00000000'],
  ])('%s', (text) => {
    expect(briefly(readLog(readRows, text).rows)).toEqual(['0 rx 8100 2']);
  });

  it.each([['rx 81, and more'], ['rx 0x81g'], ["rx b'\\x81"], ['rx 12 30 pm']])('but not so: %s', (text) => {
    expect(briefly(readLog(readRows, `000 RX OCTETS: 8100\n${text}\n001 RX OCTETS: 82`).rows)).toEqual([
      '0 rx 8100 2',
      expect.stringContaining('damaged'),
      '1 rx 82 1',
    ]);
  });
});
