// Logs of which something is lost, as the whole pipeline reads them.

import { describe, expect, it } from 'vitest';
import { annotateExample } from './example.ts';

/** `rule certainty` of each annotation that is about more than the log, in the order of the rows. */
function judged(log: string): string[] {
  const annotations = annotateExample({ log }).rows.flatMap((row) => row.annotations);
  return annotations.filter(({ by }) => by !== null).map(({ rule, certainty }) => `${rule} ${certainty}`);
}

const FAULT = 'frame/opcode-reserved-data certain';
const END = 'FAILING CONNECTION\nTCP DROPPED BY ME';

describe('a reaction that may be in what is lost', () => {
  it.each([
    ['a row that cannot be read', 'rx 8802zz'],
    ['rows that are missing', '000 rx 8100\n003 rx 8100'],
    ['octets behind a cut', `rx 8a3e${'78'.repeat(62)} ... LEN=68`],
    ['octets while the log is switched off', 'WIRELOG DISABLED\nWIRELOG ENABLED'],
  ])('cannot be told: %s', (_, lost) => {
    expect(judged(`tx 838137fa213d56\n${lost}\n${END}`)).toContain('reaction/none cannot-tell');
    expect(judged(`tx 838137fa213d56\n${lost}\nTCP DROPPED BY PEER`)).not.toContain('reaction/close-omitted certain');
  });

  it('cannot be told either where since the loss it is only guessed where frames begin', () => {
    const log = `RX OCTETS: 81zz\nrx 8100\ntx 838137fa213d56\n${END}`;
    expect(judged(log)).toEqual([FAULT, 'reaction/none cannot-tell']);
  });

  it('has a code that cannot be told where that is cut off', () => {
    const close = `rx 823c${'61'.repeat(60)}8802 ... LEN=66`;
    expect(judged(`tx 838137fa213d56\n${close}\nTCP DROPPED BY PEER`)).toEqual([
      FAULT,
      'reaction/wrong-close-code cannot-tell',
    ]);
  });
});

it('who ended TCP may have had a reason not to wait in a text that is cut off', () => {
  const ended = (text: string, ...reply: readonly string[]) =>
    judged(
      ['# writer: server', '# extensions: none', text, 'rx 888237fa213d3412', ...reply, 'TCP DROPPED BY PEER'].join(
        '\n',
      ),
    );
  const cut = 'tx 8103 ... LEN=5';
  const whole = 'tx 8103616263';
  expect(ended(cut)).toEqual(['text/invalid-utf8 cannot-tell']);
  expect(ended(cut, 'tx 880203e8')).toEqual(['text/invalid-utf8 cannot-tell']);
  expect(ended(whole)).toEqual(['close/dropped-before-reply certain']);
  expect(ended(whole, 'tx 880203e8')).toEqual(['close/client-dropped-first certain']);
});

it('a compressed message is judged no farther than to the first octet that a cut hides', () => {
  const rows = ['rx 4102e2e2', 'rx 00054aa4 ... LEN=7', 'rx 000217e5', 'rx 8003a40000'];
  expect(judged(['# writer: client', '# extensions: permessage-deflate', ...rows].join('\n'))).toEqual([
    'text/invalid-utf8 cannot-tell',
  ]);
});

describe('the first row of frames, of which the log shows a part', () => {
  const judgedRow = (row: string) => judged(`# writer: client\n# extensions: none\n${row}`);

  it('may go on with a frame whose beginning the log leaves out, if more than one thing is wrong with it', () => {
    expect(judgedRow(`rx e69e${'16e005ca'.repeat(15)} ... LEN=16384`)).toEqual(
      expect.not.arrayContaining([expect.stringContaining(' certain')]),
    );
  });

  it('is what it is where one thing is wrong, and where all of it is shown', () => {
    expect(judgedRow(`rx 82fe1000${'16e005ca'.repeat(15)} ... LEN=4104`)).toContain('frame/mask-present certain');
    expect(judgedRow('rx e682a1b2c3d4e5f6')).toContain('frame/mask-present certain');
  });
});

it('a Close whose code is cut off, and told by its row, echoes no other', () => {
  const invalid = 'tx 888237fa213d35fb';
  const row = 'RX FRAME : OPCODE=8, FIN=True, RSV=0, PAYLOAD-LEN=2, MASKED=False, MASK=None\n               0x03ea';
  expect(judged(`${invalid}\nrx 8802 ... LEN=4\n${row}`)).not.toContain('reaction/echoed-invalid-close certain');
  expect(judged(`${invalid}\nrx 880202c1\n`)).not.toContain('reaction/echoed-invalid-close certain');
  expect(judged(`${invalid}\nrx 88020201\n`)).toContain('reaction/echoed-invalid-close certain');
});

it('behind an answer that is cut within its status frames may stand, and a reaction among them', () => {
  const request = 'tx "GET / HTTP/1.1\\r\\nHost: a\\r\\nUpgrade: websocket\\r\\n\\r\\n"';
  for (const status of ['HTTP/1.1 10', 'HTTP/1.1 101', 'HTTP/1.']) {
    const log = [
      request,
      `rx ${Buffer.from(status).toString('hex')} ... LEN=129`,
      'tx 888237fa213d3417',
      'rx 880203ea',
      END,
    ];
    expect(judged(log.join('\n'))).not.toContain('reaction/none certain');
  }
});

describe('a log that begins late', () => {
  it('may begin inside a message', () => {
    const continuation = 'fragment/unexpected-continuation';
    expect(judged('# writer: client\nrx 80026c6f')).toEqual([`${continuation} cannot-tell`]);
    expect(judged('# writer: client\n# extensions: none\n005 rx 80026c6f')).toEqual([`${continuation} cannot-tell`]);
    expect(judged('# writer: client\n# extensions: none\nrx 80026c6f')).toEqual([`${continuation} certain`]);
  });

  it('is read from its first row on, whatever that is', () => {
    expect(judged('# writer: client\n# extensions: none\n005 rx a100')).toEqual(['frame/rsv-set certain']);
  });
});

describe('after a loss', () => {
  it('frames are found again where a row is nothing but whole frames', () => {
    const { rows } = annotateExample({ log: 'RX OCTETS: 81zz\nrx 6c6c6f\nrx 0000\nrx 81026869' });
    expect(rows.map(({ frames }) => frames.length)).toEqual([0, 0, 0, 1]);
  });

  it('of rows that need not have held octets, frames are also found again that are wrong', () => {
    const head = '# writer: client\n# extensions: none\n';
    expect(judged(`${head}000 rx 8100\n002 rx a100\n003 rx 8100`)).toEqual(['frame/rsv-set cannot-tell']);
    // The rest of a frame, perhaps.
    expect(judged(`${head}000 rx 8100\n002 rx 6c6c6f\n003 rx 8100`)).toEqual([]);
    expect(judged(`${head}000 rx 8100\n002 rx 80026c6f`)).toEqual(['fragment/unexpected-continuation cannot-tell']);
  });

  it('the other direction goes on', () => {
    expect(judged('RX OCTETS: 81zz\ntx a18037fa213d')).toEqual(['frame/rsv-set certain']);
  });
});

describe('the opening handshake behind a loss', () => {
  const upgrade = 'Upgrade: websocket\\r\\nConnection: Upgrade';
  const request = `tx "GET / HTTP/1.1\\r\\nHost: a\\r\\n${upgrade}\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\\r\\n\\r\\n"`;
  const wrong = `rx "HTTP/1.1 101 Switching Protocols\\r\\n${upgrade}\\r\\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\\r\\n\\r\\n"`;

  it('is read', () => {
    const log = `# writer: client\n000 ${request}\n002 ${wrong}\n003 rx 8300\n004 TCP DROPPED BY ME`;
    expect(judged(log)).toEqual(['response/accept-mismatch certain', FAULT]);
  });

  it('is not put together from what stood before and behind it', () => {
    const begun = `# writer: client\ntx "GET /chat HT"\nTX OCTETS: 54zz\nrx "HTTP/1.1 400 Bad Request\\r\\n\\r\\n"`;
    expect(judged(`${begun}\n${request}\n${wrong}\ntx 838137fa213d55`)).not.toContain(
      'http/start-line-malformed certain',
    );
  });
});

describe('a head of which a row is missing', () => {
  const version = ['000 rx 474554202f63686174', '002 rx 485454502f31', '003 rx 2e310d0a486f73743a20610d0a0d0a'];

  it.each(['# writer: server\n', '# wirelog 1\n'])('has no new start line where the version stands: %j', (head) => {
    expect(judged(`${head}${version.join('\n')}\n004 TCP DROPPED BY PEER`)).toEqual([]);
  });
});

describe('behind a 101 that is cut', () => {
  const head = `"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upg" ... LEN=180`;
  const hidden = (...rows: readonly string[]) => judged(['# writer: server', `tx ${head}`, ...rows].join('\n'));

  it('a message may be hidden that a continuation goes on with', () => {
    expect(hidden('tx 80026c6f')).toContain('fragment/unexpected-continuation cannot-tell');
  });

  it('a frame may be hidden of which the next row is a part', () => {
    const parts = [['ececec'], ['5a5a007e0274'], ['0000', '0000', '6a00880203e9'], ['8100', '8100']];
    const faults = parts.map((rows) => hidden(...rows.map((row) => `tx ${row}`)));
    expect(faults.flat().filter((one) => one.endsWith(' certain'))).toEqual([]);
    // What begins a message is one.
    expect(hidden('tx 810161', 'tx 8101ff')).toContain('text/invalid-utf8 certain');
  });

  it('a Close may be hidden', () => {
    expect(hidden('rx 888237fa213d3412', 'TCP DROPPED BY ME')).toContain('close/reply-missing cannot-tell');
    expect(hidden('rx 888237fa213d3412', 'TCP DROPPED BY PEER')).toContain('close/dropped-before-reply cannot-tell');
  });

  it('a Ping may be hidden, of which a Pong is the answer', () => {
    const rows = ['tx 890162', 'rx 8a819c51e07bec', 'tx 880203e8', 'rx 888237fa213d3412', 'TCP DROPPED BY ME'];
    expect(hidden(...rows)).toContain('ping/pong-payload-mismatch cannot-tell');
    expect(hidden('tx 890161', 'rx 8a819c51e07bfd', ...rows)).toContain('ping/pong-payload-mismatch certain');
  });

  it('a Close may be in rows of which nothing is shown, and not how long they were', () => {
    const request = 'rx "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"';
    const rows = [request, 'TX OCTETS: ...', 'rx 888237fa213d3412', 'TX OCTETS: ...', 'TCP DROPPED BY ME'];
    expect(judged(['# writer: server', ...rows].join('\n'))).not.toContain('close/reply-missing certain');
  });

  it('the version that a request line ends with begins no answer', () => {
    const request = ['rx "GET /" ... LEN=7', 'rx "at "', 'rx "HTTP/" ... LEN=6', 'rx ".1" ... LEN=256'];
    const found = judged(['# writer: server', ...request, `tx ${head}`].join('\n'));
    expect(found.filter((one) => one.endsWith(' certain'))).toEqual([]);
  });

  it('a line end in front of more fields is no blank line', () => {
    const request = 'rx "GET / HTTP/1.1\\r\\nUpgrade: websocket\\r\\nHost" ... LEN=80';
    const rest = ['rx "\\r\\nSec-WebSocket"', 'rx "-Version: 13" ... LEN=70'];
    const found = judged(['# writer: server', request, ...rest, `tx ${head}`, 'rx 818137fa213d56'].join('\n'));
    expect(found.filter((one) => one.endsWith(' certain'))).toEqual([]);
  });
});

describe('a log whose own rows say what frames there are', () => {
  const row = (opcode: number, payload: string) =>
    `TX FRAME : OPCODE=${opcode}, FIN=True, RSV=0, PAYLOAD-LEN=1, MASK=37fa213d\n               ${payload}`;

  it('is in step again behind octets that were passed over', () => {
    const lost = `rx 8900\nTX OCTETS: 81zz\n${row(1, 'a')}\nTX OCTETS: 81\nTX OCTETS: 8137fa213d56`;
    const log = `${lost}\n${row(1, 'b')}\nTX OCTETS: 818137fa213d55\n${row(1, 'c')}\nTX OCTETS: 818137fa213d54`;
    const { rows } = annotateExample({ log });
    const frameRows = rows.filter((annotated) => annotated.row.kind === 'frame');
    expect(frameRows.map(({ agrees }) => agrees)).toEqual([null, true, true]);
    expect(rows.flatMap(({ annotations }) => annotations.map(({ rule }) => rule))).not.toContain('log/decode-mismatch');
  });
});

it('a compressed message is read again behind a loss', () => {
  const head = '# writer: client\n# extensions: permessage-deflate\n';
  const { rows } = annotateExample({ log: `${head}RX OCTETS: c1zz\nrx c107f248cdc9c90700` });
  expect(rows.map(({ frames }) => frames.length)).toEqual([0, 1]);
});
