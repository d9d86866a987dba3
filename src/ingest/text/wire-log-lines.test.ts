import { describe, expect, it } from 'vitest';
import type { Row } from '../../model/row.ts';
import { briefly } from '../read-log.fixture.ts';
import { beginsRow } from './row-start.ts';
import { readRowLines } from './wire-log-lines.ts';

function rowsOf(text: string, isIntact = false): Row[] {
  const rows: Row[] = [];
  const lines = readRowLines((row) => rows.push(row), isIntact);
  for (const line of text.split('\n')) lines.push(line);
  lines.end();
  return rows;
}

function brief(text: string): string[] {
  return briefly(rowsOf(text));
}

const HEX_64 = '81'.repeat(64);
const MORE = `${' '.repeat(15)}${HEX_64.slice(100)}`;

describe('octets', () => {
  it('are read from numbered rows, rows without number and the short forms', () => {
    expect(brief('000 RX OCTETS: 8800\nTX OCTETS: 0900\nrx 81 85\nTx 8a00\n< 8900\n>8A00')).toEqual([
      '0 rx 8800 2',
      '1 tx 0900 2',
      '2 rx 8185 2',
      '3 tx 8a00 2',
      '4 rx 8900 2',
      '5 tx 8a00 2',
    ]);
  });

  it('are joined from lines of 15 blanks without anything between', () => {
    expect(brief(`000 RX OCTETS: ${HEX_64.slice(0, 100)}\n${MORE}`)).toEqual(['0 rx 8181818181818181 64']);
  });

  it('go on in a line of hex, but not in a word of such letters behind a short row', () => {
    expect(brief('rx 8105\n48656c6c6f')).toEqual(['0 rx 810548656c6c6f 7']);
    expect(brief('rx 8105486\nf')).toEqual(['0 rx 8105486f 4']);
    expect(brief('RX OCTETS:\naaaa')).toEqual(['0 rx aaaa 2']);
    expect(brief(`RX OCTETS: ${HEX_64.slice(0, 57)}\nf`)).toEqual(['0 rx 8181818181818181 29']);
    for (const word of ['added', 'feed beef']) {
      const stray = '1 damaged: neither a row nor part of one';
      expect(brief(`rx 8105\n${word}\nrx 8000`)).toEqual(['0 rx 8105 2', stray, '2 rx 8000 2']);
    }
  });

  it('go on in full lines that lost their blanks, while others keep them', () => {
    const first = `000 RX OCTETS: ${HEX_64.slice(0, 100)}\n${MORE}\n`;
    const rest = HEX_64.slice(100);
    for (const text of [`${HEX_64.slice(0, 100)}\n${rest}`, `\n${HEX_64.slice(0, 80)}\n${HEX_64.slice(80)}`])
      expect(brief(`${first}001 RX OCTETS: ${text}`).at(-1)).toBe('1 rx 8181818181818181 64');
    expect(brief(`${first}001 RX OCTETS: 8100\n8100`)).toContain('1 rx 8100 2');
    const unbreakable = MORE.replace(/ {4}/g, '\xc2\xa0 \xc2\xa0\xc2\xa0');
    expect(brief(`000 RX OCTETS: ${HEX_64.slice(0, 100)}\n${unbreakable}`)).toEqual(['0 rx 8181818181818181 64']);
  });

  it('have no known length where the line that goes on cannot be read', () => {
    const stray = '0 damaged: neither a row nor part of one';
    const full = HEX_64.slice(0, 100);
    expect(brief(`000 RX OCTETS: ${full}\n81zz ...`)).toEqual(['0 rx 8181818181818181 50?', stray]);
    expect(brief('000 RX OCTETS:\n(lost)')).toEqual(['0 rx  0?', stray]);
    expect(brief(`000 RX OCTETS: ${full.slice(0, 60)}\n81zz81`)).toEqual(['0 rx 8181818181818181 30?', stray]);
    expect(brief(`000 RX OCTETS: ${full.slice(0, 60)}\nThe 1st read`)).toEqual(['0 rx 8181818181818181 30']);
    const head = `47455420${full.slice(8)}`;
    expect(brief(`000 RX OCTETS: ${head}\n001 TX OCTETS: 81`)).toEqual(['0 rx 4745542081818181 50?', '1 tx 81 1']);
    expect(brief(`rx ${full}\nThe 1st read`)[0]).toBe('0 rx 8181818181818181 50');
  });

  it('have no known length at 64 octets and an ellipsis, and are whole at 61 to 63', () => {
    expect(brief(`RX OCTETS: ${HEX_64} ...`)).toEqual(['0 rx 8181818181818181 64?']);
    expect(brief(`RX OCTETS: ${HEX_64.slice(2)} ...`)).toEqual(['0 rx 8181818181818181 63']);
    expect(brief(`RX OCTETS: ${HEX_64.slice(6)} ...`)).toEqual(['0 rx 8181818181818181 61']);
    expect(brief(`RX OCTETS: ${HEX_64}`)).toEqual(['0 rx 8181818181818181 64']);
  });

  it('of old suites were more than the 256 that are shown', () => {
    expect(brief(`RX OCTETS: ${HEX_64.repeat(4)} ...`)).toEqual(['0 rx 8181818181818181 257?']);
    expect(brief(`RX OCTETS: ${HEX_64.repeat(4)}`)).toEqual(['0 rx 8181818181818181 256']);
  });

  it('are as long as LEN says', () => {
    expect(brief('rx 8100 ... LEN=290\nTX OCTETS: 81 ... LEN=5 @1.5')).toEqual(['0 rx 8100 290', '1 tx 81 5']);
    expect(brief('rx 8100 ... LEN=1')).toEqual(['0 damaged: LEN=1, but 2 octets are shown']);
  });

  it('may be quoted text with escapes', () => {
    const [row] = rowsOf(String.raw`rx "GET / \"x\" @1\r\n\x00\xff\u00e9" @2.5`);
    expect(row).toMatchObject({ time: 2.5, octets: { exact: true } });
    expect(row?.kind === 'octets' && Buffer.from(row.octets.known).toString('latin1')).toBe(
      'GET / "x" @1\r\n\0\xff\xc3\xa9',
    );
    expect(brief('rx "\xc3\xa9"')).toEqual(['0 rx c3a9 2']);
  });

  it('may be none', () => {
    expect(brief('000 RX OCTETS: \n001 TX OCTETS:\n002 TX OCTETS: @0.5')).toEqual(['0 rx  0', '1 tx  0', '2 tx  0']);
  });

  it('keep the time and the sync mark', () => {
    const rows: Row[] = [];
    const lines = readRowLines((row) => rows.push(row));
    lines.push('003 TX OCTETS: 88020bb7                                    @1.002511', true);
    lines.end();
    expect(rows.at(-1)).toMatchObject({ row: 3, time: 1.002511, sync: true });
  });

  it.each([
    ['rx 8g', 'not a hex digit among the octets'],
    ['rx 888', 'an odd number of hex digits'],
    ['rx "abc', 'the quoted text has no end'],
    [String.raw`rx "\q"`, 'the quoted text has an escape that does not exist'],
    ['rx "a" b', 'something stands after the quoted text'],
  ])('that cannot be read damage only their row: %s', (line, why) => {
    expect(brief(`${line}\nrx 8100`)).toEqual([`0 damaged: ${why}`, '1 rx 8100 2']);
  });
});

describe('frames', () => {
  const RX = 'RX FRAME : OPCODE=8, FIN=True, RSV=0, PAYLOAD-LEN=21, MASKED=True, MASK=3030636362383362';

  it('received have a flag and a key whose digits the page encodes once more', () => {
    expect(rowsOf(`006 ${RX}\n               0x03ea496e76616c69642073746174757320636f6465`)[1]).toEqual({
      kind: 'frame',
      row: 6,
      time: null,
      direction: 'rx',
      opcode: 8,
      fin: true,
      rsv: 0,
      masked: true,
      maskingKey: '00ccb83b',
      length: 21,
      payload: { length: 21, known: Buffer.from('\x03\xeaInvalid status code', 'latin1'), exact: true },
      repeat: null,
      chopSize: null,
      sync: false,
    });
    expect(rowsOf(RX.replace('3030636362383362', '00CCB83B'))[0]).toMatchObject({ maskingKey: '00ccb83b' });
    expect(rowsOf(RX.replace('True, MASK=3030636362383362', 'False, MASK=None'))[0]).toMatchObject({
      masked: false,
      maskingKey: null,
    });
  });

  it('written are masked where they have a key, and say how they were written', () => {
    const line =
      'TX FRAME : OPCODE=1, FIN=False, RSV=4, PAYLOAD-LEN=10, MASK=f2f54ce3, PAYLOAD-REPEAT-LEN=262144, CHOPSIZE=997, SYNC=True @2';
    expect(rowsOf(`${line}\n               BAsd7&jh23`)[0]).toMatchObject({
      direction: 'tx',
      fin: false,
      rsv: 4,
      masked: true,
      maskingKey: 'f2f54ce3',
      length: 10,
      repeat: 262144,
      chopSize: 997,
      sync: true,
      time: 2,
    });
    expect(
      rowsOf(
        'TX FRAME : OPCODE=9, FIN=True, RSV=0, PAYLOAD-LEN=0, MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False',
      )[0],
    ).toMatchObject({
      masked: false,
      maskingKey: null,
      repeat: null,
      chopSize: null,
      sync: false,
      payload: { length: 0 },
    });
  });

  it('may have their fields broken behind a comma', () => {
    const at = RX.indexOf('MASKED');
    const payload = '0x03ea496e76616c69642073746174757320636f6465';
    const broken = `006 ${RX.slice(0, at)}\n${RX.slice(at)}\n${' '.repeat(15)}${payload}`;
    expect(rowsOf(broken)).toEqual(rowsOf(`006 ${RX}\n${' '.repeat(15)}${payload}`));
    expect(brief('000 RX FRAME : OPCODE=8,\n001 RX OCTETS: 81').at(-1)).toBe('1 rx 81 1');
  });

  it('of old suites have no length, and show raw octets', () => {
    const line = 'RX FRAME : OPCODE=2, FIN=True, RSV=0, MASKED=True, MASK=3030636362383362';
    expect(rowsOf(`${line}\n               \xff\0ab`)[0]).toMatchObject({
      length: null,
      payload: { length: 4, exact: true },
    });
    expect(rowsOf(`${line}\n               ab ...`)[0]).toMatchObject({ payload: { length: 2, exact: false } });
    expect(rowsOf(`${line}\n               ${'a'.repeat(100)}\n               b`)[0]).toMatchObject({ payload: null });
    expect(rowsOf(line)[0]).toMatchObject({ payload: { length: 0, exact: false } });
  });

  it('have no payload where the page destroyed its blanks', () => {
    const line = 'RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=3, MASKED=False, MASK=None';
    expect(brief(`${line}\n               ab`)).toEqual(['0 frame rx lost']);
    expect(brief(line)).toEqual(['0 frame rx lost']);
    expect(brief(`${line}\n                ab`)).toEqual(['0 frame rx  ab']);
  });

  it('with hex over two lines are put together', () => {
    const hex = `0x${'ff'.repeat(64)}`;
    const line = 'RX FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=65, MASKED=False, MASK=None';
    const rows = rowsOf(`${line}\n               ${hex.slice(0, 100)}\n               ${hex.slice(100)} ...`);
    expect(rows[0]).toMatchObject({ payload: { length: 65, exact: true, known: Buffer.alloc(64, 0xff) } });
  });

  it('whose fields cannot be read are damage', () => {
    expect(brief('000 RX FRAME : OPCODE=16, FIN=True, RSV=0\n001 RX FRAME : what\n002 RX OCTETS: 81')).toEqual([
      '0 damaged: not the fields of a frame',
      '1 damaged: not the fields of a frame',
      '2 rx 81 1',
    ]);
  });
});

it('reads delays, timers, switches and the end of the connection', () => {
  const rows = rowsOf(
    [
      '000 DELAY 1.500000 sec for TAG A',
      '001 DELAY 1.000000 sec for TAG None',
      '002 DELAY TIMEOUT on TAG A',
      '003 FAIL CONNECTION AFTER 1.000000 sec',
      '004 FAILING CONNECTION',
      '005 CLOSE CONNECTION AFTER 2 sec',
      '006 CLOSING CONNECTION',
      '007 WIRELOG DISABLED',
      '008 WIRELOG ENABLED',
      '009 TCP DROPPED BY ME @3.25',
    ].join('\n'),
  );
  expect(rows).toEqual([
    { kind: 'delay', row: 0, time: null, seconds: 1.5, tag: 'A' },
    { kind: 'delay', row: 1, time: null, seconds: 1, tag: null },
    { kind: 'delay-over', row: 2, time: null, tag: 'A' },
    { kind: 'fail-after', row: 3, time: null, seconds: 1 },
    { kind: 'failing', row: 4, time: null },
    { kind: 'close-after', row: 5, time: null, seconds: 2 },
    { kind: 'closing', row: 6, time: null },
    { kind: 'log-off', row: 7, time: null },
    { kind: 'log-on', row: 8, time: null },
    { kind: 'tcp-drop', row: 9, time: 3.25, by: 'writer', reset: false },
  ]);
  expect(rowsOf('TCP RESET BY PEER')).toEqual([{ kind: 'tcp-drop', row: 0, time: null, by: 'peer', reset: true }]);
});

describe('numbers', () => {
  it('that jump are kept, after a row that says what is missing', () => {
    expect(brief('000 RX OCTETS: 81\n002 RX OCTETS: 82\n006 RX OCTETS: 83')).toEqual([
      '0 rx 81 1',
      '1 damaged: row 1 is missing',
      '2 rx 82 1',
      '3 damaged: rows 3 to 5 are missing',
      '6 rx 83 1',
    ]);
  });

  it('that go back do not make two rows of one number', () => {
    expect(brief('005 RX OCTETS: 81\n003 RX OCTETS: 82\n004 RX OCTETS: 83')).toEqual([
      '0 damaged: rows 0 to 4 are missing',
      '5 rx 81 1',
      '6 damaged: the row numbers go back to 3; counted on from here',
      '7 rx 82 1',
      '8 rx 83 1',
    ]);
  });

  it('above 999 have four digits', () => {
    expect(brief('1000 RX OCTETS: 81').at(-1)).toBe('1000 rx 81 1');
  });

  it('go with unknown words into a damaged row', () => {
    expect(brief('000 RX OCTETS: 81\n001 WHAT IS THIS\n002 RX OCTETS: 83')).toEqual([
      '0 rx 81 1',
      '1 damaged: not a row of a wire log',
      '2 rx 83 1',
    ]);
  });
});

describe('a copy that lost its blanks', () => {
  const FRAME = 'RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=';
  const REST = ', MASKED=False, MASK=None';

  it('continues rows with the lines that begin none', () => {
    expect(
      brief(
        `000 RX OCTETS: ${HEX_64.slice(0, 100)}\n${HEX_64.slice(100)} ...\n001 ${FRAME}5${REST}\nhello\n002 TCP DROPPED BY ME`,
      ),
    ).toEqual(['0 rx 8181818181818181 64?', '1 frame rx hello', '2 tcp-drop']);
  });

  it('has payloads that look like rows, told by their length and the running number', () => {
    expect(brief(`001 ${FRAME}21${REST}\n002 TCP DROPPED BY ME\n002 TCP DROPPED BY ME`).slice(1)).toEqual([
      '1 frame rx 002 TCP DROPPED BY ME',
      '2 tcp-drop',
    ]);
    expect(brief(`001 ${FRAME}7${REST}\nrx 8100\n002 RX OCTETS: 81`).slice(1)).toEqual([
      '1 frame rx rx 8100',
      '2 rx 81 1',
    ]);
    expect(brief(`001 ${FRAME}3${REST}\n002 RX OCTETS: 81`).slice(1)).toEqual(['1 frame rx lost', '2 rx 81 1']);
  });

  it('takes every line that is indented by 15 blanks for what it continues', () => {
    const text = `000 ${FRAME}21${REST}\n               001 TCP DROPPED BY ME\n001 TCP DROPPED BY ME`;
    expect(brief(text)).toEqual(['0 frame rx 001 TCP DROPPED BY ME', '1 tcp-drop']);
  });

  it('may be indented as a whole', () => {
    expect(brief(`    000 ${FRAME}6${REST}\n                    hello\n    001 RX OCTETS: 81`)).toEqual([
      '0 frame rx  hello',
      '1 rx 81 1',
    ]);
  });
});

describe('lines that belong to no row', () => {
  it('are damage that does not disturb the numbers', () => {
    expect(brief('000 RX OCTETS: 81\n> what is this?\n001 RX OCTETS: 82')).toEqual([
      '0 rx 81 1',
      '0 damaged: neither a row nor part of one',
      '1 rx 82 1',
    ]);
  });

  it('are passed over when they are blank, or follow the end of the connection', () => {
    expect(brief('000 RX OCTETS: 81\n\n  \n001 TCP DROPPED BY PEER\nAny idea?\n')).toEqual(['0 rx 81 1', '1 tcp-drop']);
  });

  it('are not mistaken for rows: mail quotes, prose', () => {
    expect(['> hello', '>hello', '<adx>', '< ', 'rx me', '12 RX OCTETS: 81', 'text', ''].filter(beginsRow)).toEqual([]);
    expect(['> 8100', '000 RX OCTETS: zz', 'TCP DROPPED BY ME', 'rx "a"'].filter(beginsRow)).toHaveLength(4);
  });
});

it('a head of just one line is whole where its time stands behind it', () => {
  const head = '474554202f6368617420485454502f312e310d0a486f73743a206c6f63616c686f73743a393030300d0a5570677261646543';
  const lengthOf = (text: string) => {
    const rows: Row[] = [];
    const lines = readRowLines((row) => void rows.push(row));
    lines.push(text);
    lines.end();
    return rows.map((row) => row.kind === 'octets' && row.octets.exact);
  };
  expect(lengthOf(`000 TX OCTETS: ${head}`)).toEqual([false]);
  expect(lengthOf(`000 TX OCTETS: ${head} @0.5`)).toEqual([true]);
});
