// Small logs in which something odd happens to the connection, by what that is. Unless a log says otherwise a client wrote
// it, with no extension agreed.

import { hexOf } from '../model/octets.ts';

export interface OddLog {
  readonly name: string;
  readonly log: string;
}

const REQUEST =
  'GET / HTTP/1.1\\r\\nHost: a\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\\r\\nSec-WebSocket-Version: 13\\r\\n';
const RESPONSE =
  'HTTP/1.1 101 x\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\\r\\n';
const END = '\\r\\n';
const ASKED = `tx "${REQUEST}${END}"`;
const AGREED = `rx "${RESPONSE}${END}"`;

const HELLO = 'tx 818537fa213d7f9f4d5158';
const ECHO = 'rx 810548656c6c6f';
const BAD = 'tx b18537fa213d7f9f4d5158';
const [CLOSE, REPLY] = ['tx 888237fa213d3412', 'rx 880203e8'];
const FAIL = 'rx 880203ea';
const [GONE, LEFT] = ['TCP DROPPED BY PEER', 'TCP DROPPED BY ME'];

function hex(text: string): string {
  return hexOf(Buffer.from(text, 'latin1'));
}

function logs(list: Readonly<Record<string, readonly string[]>>): OddLog[] {
  return Object.entries(list).map(([name, rows]) => ({ name, log: rows.join('\n') }));
}

/** With the handshake before it, in which nothing but these fields is said more. */
function opened(...rows: readonly string[]): string[] {
  return ['# writer: client', ASKED, AGREED, ...rows];
}

/** Seconds of each row behind it. */
function at(row: string, seconds: number): string {
  return `${row} @${seconds}`;
}

const HEADS: readonly OddLog[] = logs({
  'an interim response, and the final one': [
    '# writer: client',
    ASKED,
    'rx "HTTP/1.1 100 x\\r\\n\\r\\n"',
    AGREED,
    HELLO,
  ],
  'frames between them': ['# writer: client', ASKED, 'rx "HTTP/1.1 100 x\\r\\n\\r\\n"', HELLO, AGREED],
  'a frame of the server before its answer': ['# writer: client', ASKED, ECHO, AGREED],
  'octets of the server before its answer that are none': ['# writer: client', ASKED, `rx ${hex('Hello')}`, AGREED],
  'octets of the server before the request': ['# writer: server', `tx ${hex('Hello')}`, `rx "${REQUEST}${END}"`],
  'a frame of the client before the answer': ['# writer: client', ASKED, HELLO, AGREED, ECHO],
  'a response without a request': ['# writer: client', AGREED, HELLO, ECHO],
  'a request without a response': ['# writer: client', ASKED, HELLO, CLOSE],
  'a second request behind a refusal': [
    '# writer: client',
    ASKED,
    'rx "HTTP/1.1 401 x\\r\\nContent-Length: 2\\r\\n\\r\\nno"',
    ASKED,
    AGREED,
    HELLO,
    ECHO,
  ],
  'a second request before the refusal': [
    '# writer: client',
    ASKED,
    ASKED,
    'rx "HTTP/1.1 401 x\\r\\nContent-Length: 0\\r\\n\\r\\n"',
    AGREED,
    HELLO,
  ],
  'frames behind a refusal': [
    '# writer: client',
    ASKED,
    'rx "HTTP/1.1 403 x\\r\\nContent-Length: 0\\r\\n\\r\\n"',
    HELLO,
    ECHO,
  ],
  'a refusal without an end': [
    '# writer: client',
    ASKED,
    'rx "HTTP/1.1 403 x\\r\\n\\r\\nsome words"',
    'rx "more"',
    GONE,
  ],
  'a request with content': [
    '# writer: client',
    `tx "${REQUEST}Content-Length: 3${END}${END}abc"`,
    AGREED,
    HELLO,
    ECHO,
  ],
  'a request whose content has not come': [
    '# writer: client',
    `tx "${REQUEST}Content-Length: 3${END}${END}a"`,
    AGREED,
    HELLO,
  ],
  'a 101 of which the log shows no end': ['# writer: client', ASKED, `rx "${RESPONSE}" ...`, HELLO, ECHO, ECHO],
  'a 101 of which the log of its sender shows no end': [
    '# writer: server',
    `rx "${REQUEST}${END}"`,
    `tx "${RESPONSE}" ...`,
    'rx 818537fa213d7f9f4d5158',
    'tx 810548656c6c6f',
  ],
  'another version is asked for': [
    '# writer: client',
    ASKED.replace('Version: 13', 'Version: 14'),
    'rx "HTTP/1.1 426 x\\r\\nSec-WebSocket-Version: 13\\r\\nContent-Length: 0\\r\\n\\r\\n"',
    ASKED,
    AGREED,
  ],
  'another version is asked for, and the connection ends': [
    '# writer: client',
    ASKED.replace('Version: 13', 'Version: 14'),
    'rx "HTTP/1.1 426 x\\r\\nSec-WebSocket-Version: 13\\r\\nContent-Length: 0\\r\\n\\r\\n"',
    LEFT,
  ],
  'a wrong accept value, and the client goes on': [
    '# writer: client',
    ASKED,
    AGREED.replace('HSmrc', 'HSmrd'),
    HELLO,
    ECHO,
  ],
  'a wrong accept value, and the client leaves': ['# writer: client', ASKED, AGREED.replace('HSmrc', 'HSmrd'), LEFT],
});

const FOREIGN: readonly OddLog[] = logs({
  'a header of the PROXY protocol': [
    '# writer: server',
    `rx "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\\r\\n${REQUEST}${END}"`,
  ],
  'TLS where the answer should be': ['# writer: client', ASKED, 'rx 15030300020228', GONE],
  'text where the answer should be': ['# writer: client', ASKED, `rx ${hex('you are not welcome')}`, 'rx 61', GONE],
  'HTTP where the first frame should be': opened(`rx ${hex('HTTP/1.1 408 x\r\n\r\n')}`, ECHO),
  'HTTP behind a frame': opened(ECHO, `rx ${hex('HTTP/1.1 408 x\r\n\r\n')}`, ECHO),
  'HTTP behind a frame in its row': opened(`${ECHO}${hex('HTTP/1.1 408 x\r\n\r\n')}`, ECHO),
  'the end of a chunked body, and a frame': opened(`rx ${hex('0\r\n\r\n')}810548656c6c6f`, ECHO),
  'the end of a chunked body behind a frame': opened(ECHO, `rx ${hex('0\r\n\r\n')}810548656c6c6f`, ECHO),
  'a payload without a header, and a frame': opened(HELLO, ECHO, `rx ${hex('Hello')}`, ECHO),
  'text, and a frame in the next row': opened(ECHO, `rx ${hex('{"a":1,"b":2}')}`, ECHO),
  'text where the first frame should be, and frames': opened(`rx ${hex('a line of some text')}`, ECHO, ECHO),
  'a reserved opcode, which is a frame': opened(ECHO, 'rx 830161', ECHO),
  'a hixie frame after a handshake of RFC 6455': opened('rx 00616263ff', ECHO),
  'a hixie frame in a log without a handshake': ['# extensions: none', 'rx 00616263ff', ECHO],
});

const LOST: readonly OddLog[] = logs({
  'a row of RX that cannot be read': [ECHO, 'RX OCTETS: 81zz', ECHO, ECHO, HELLO],
  'a row of TX that cannot be read': [HELLO, 'TX OCTETS: 81zz', ECHO, CLOSE, REPLY],
  'a row that may be of either': [HELLO, ECHO, 'OCTETS: 81zz', ECHO, HELLO],
  'such a row before all others': ['OCTETS: 81zz', HELLO, ECHO],
  'a row inside a fragmented message': ['rx 010161', 'RX OCTETS: 81zz', 'rx 800161', ECHO],
  'a row that cannot be read inside a frame': ['rx 810548', 'RX OCTETS: 65zz', 'rx 6c6f', ECHO],
  'a Pong behind a row that cannot be read': ['TX OCTETS: 89zz', 'rx 8a0161', ECHO],
  'an echo of a message that cannot be read': ['TX OCTETS: 81zz', 'rx 830161', ECHO],
  'rows of content that cannot be read': [
    '# writer: client',
    ASKED,
    'rx "HTTP/1.1 403 x\\r\\nContent-Length: 5\\r\\n\\r\\n"',
    'RX OCTETS: 81zz',
    GONE,
  ],
  'a frame that is never whole': [HELLO, 'rx 810548', GONE],
  'a header that is never whole': [HELLO, 'rx 81', GONE],
  'a frame that is never whole, of the one that leaves': [`${HELLO.slice(0, -2)}`, LEFT],
  'a message that is never whole': ['rx 010161', GONE],
  'no end': [HELLO, 'rx 810548'],
});

function timed(...rows: readonly string[]): string[] {
  return ['# started: 2026-01-01T00:00:00.000Z', '# writer: client', '# extensions: none', ...rows];
}

const REACTIONS: readonly OddLog[] = logs({
  'a Close with the right code': [BAD, FAIL, GONE],
  'a Close with another code': [BAD, REPLY, GONE],
  'a Close without a code': [BAD, 'rx 8800', GONE],
  'the end of TCP': [BAD, GONE],
  'the writer gives up': [BAD, 'FAIL CONNECTION AFTER 1 sec', 'FAILING CONNECTION', LEFT],
  'the writer leaves at once': [BAD, LEFT],
  'the log ends': [BAD],
  'a message that may have crossed, and a Close': [BAD, ECHO, FAIL],
  'its echo, and nothing more': [BAD, ECHO, GONE],
  'the echo of what came after it': [BAD, 'tx 81859c51e07bcb3e9217f8', 'rx 8105576f726c64', GONE],
  'the Pong for a Ping behind it': [BAD, 'tx 898537fa213d7f9f4d5158', 'rx 8a0548656c6c6f', GONE],
  'a Close of the violator before': [CLOSE, BAD, REPLY, GONE],
  'a Close of the violator behind it, and the answer': [BAD, CLOSE, REPLY, GONE],
  'a Close of the violator behind it, and the right code': [BAD, CLOSE, FAIL, GONE],
  'a Close of the other one before': [REPLY, BAD, CLOSE, GONE],
  'an invalid Close, and its echo': ['tx 888237fa213d3417', 'rx 880203ed', GONE],
  'an invalid Close, and the right code': ['tx 888237fa213d3417', FAIL, GONE],
  'an invalid Close, and no code': ['tx 888237fa213d3417', 'rx 8800', GONE],
  'a text that breaks in its first fragment, and a Close before its end': ['tx 018100000000ff', 'rx 880203ef', GONE],
  'a text that breaks in its first fragment, and a Close behind its end': [
    'tx 018100000000ff',
    'tx 808100000000fe',
    'rx 880203ef',
    GONE,
  ],
  'a header that breaks, and a Close before its payload': ['tx b18537fa213d', FAIL, 'tx 7f9f4d5158', GONE],
  'a Close while the receiver is inside a frame': [BAD, 'rx 810548', 'rx 656c6c6f', FAIL, GONE],
  'nothing while the receiver is inside a frame': [BAD, 'rx 810548', LEFT],
  'nothing for two seconds': timed(at(BAD, 1), at('tx 898000000000', 3), at(LEFT, 3.1)),
  'nothing for twenty seconds': timed(at(BAD, 1), at('tx 898000000000', 21), at(LEFT, 21.1)),
  'messages for twenty seconds': timed(at(BAD, 1), at(ECHO, 2), at('rx 810161', 20), at(LEFT, 21)),
  'a Close after twenty seconds': timed(at(BAD, 1), at(FAIL, 21), at(GONE, 21.1)),
  'a violation of the server that the client closes': ['rx b10161', 'tx 888237fa213d3410', LEFT],
  'a violation of the server of which nothing comes': ['rx b10161', HELLO, GONE],
  'violations of both': ['rx b10161', BAD, FAIL, 'tx 888237fa213d3410', GONE],
  'a server that is not under test': [
    '# writer: client',
    '# under-test: client',
    '# extensions: none',
    BAD,
    ECHO,
    GONE,
  ],
  'a client that is not under test': [
    '# writer: client',
    '# under-test: server',
    '# extensions: none',
    BAD,
    ECHO,
    GONE,
  ],
});

const GUESSES: readonly OddLog[] = logs({
  'a log that begins inside a frame': ['# writer: client', 'rx 6c6c6f', ECHO, 'rx 880203ed'],
  'a log that begins inside a text': ['# writer: client', `rx ${hex('the rest of a message')}`, ECHO],
  'a log that begins with a frame': ['# writer: client', 'rx 8a0161', 'rx 880203e8', HELLO],
  'a log that begins with a continuation': ['# writer: client', 'rx 800161', ECHO],
  'a log that begins inside a head': [
    '# writer: server',
    `rx ${hex('t: a\r\nUpgrade: websocket\r\n\r\n')}`,
    'rx 818100000000ff',
  ],
  'a log without a writer whose octets show masks': [
    '# extensions: none',
    'rx 818537fa213d7f9f4d5158',
    'tx 810548656c6c6f',
    'tx b10161',
  ],
  'a log without a writer and without masks': ['# extensions: none', 'rx 810161', 'tx 810162'],
  'octets of which nothing tells where frames begin': ['# writer: client', 'rx 0102030405', 'rx 0607'],
  'a row whose length is not known': [ECHO, 'rx 810548656c ...', ECHO, 'rx 880203ed'],
});

export const ODD_LOGS: Readonly<Record<string, readonly OddLog[]>> = {
  heads: HEADS,
  foreign: FOREIGN,
  lost: LOST,
  reactions: REACTIONS,
  guesses: GUESSES,
};
