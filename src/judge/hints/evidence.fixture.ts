// Logs in which the evidence for a hint is just enough, and such in which it is just too little. Unless a log says
// otherwise a client wrote it, so that its Hellos are masked and what comes back is not.

import { deflateRawSync, deflateSync } from 'node:zlib';
import { hexOf, octetsFromHex, octetsOfText } from '../../model/octets.ts';
import { closePayload, octetsOfFrame } from '../../model/wire-frame.fixture.ts';
import { unmask } from '../../protocol/frame/masking.ts';

type Content = string | Uint8Array;

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const OTHER_KEY = Uint8Array.of(0x9c, 0x51, 0xe0, 0x7b);
const BACKWARDS = KEY.toReversed();
const SERVER = '# writer: server\n# extensions: none';
const DEFLATE = '# writer: client\n# extensions: permessage-deflate';

function octetsOf(content: Content): Uint8Array {
  return typeof content === 'string' ? octetsOfText(content) : content;
}

function frameOf(first: number, content: Content, key: Uint8Array | null): Uint8Array {
  const [fin, rsv, opcode] = [first > 127, (first >> 4) & 7, first & 15];
  return octetsOfFrame({ fin, rsv, opcode, key, payload: octetsOf(content) });
}

/** A frame of the client. */
function masked(first: number, content: Content, key: Uint8Array = KEY): string {
  return hexOf(frameOf(first, content, key));
}

/** A frame of the server. */
function clear(first: number, content: Content): string {
  return hexOf(frameOf(first, content, null));
}

function tx(first: number, content: Content, key: Uint8Array = KEY): string {
  return `tx ${masked(first, content, key)}`;
}

function rx(first: number, content: Content): string {
  return `rx ${clear(first, content)}`;
}

/** The row without its last octets, which the log hides. */
function cut(row: string, hidden: number): string {
  const [direction, hex = ''] = row.split(' ');
  return `${direction} ${hex.slice(0, -2 * hidden)} LEN=${hex.length / 2}`;
}

function raw(...octets: readonly number[]): string {
  return `rx ${hexOf(Uint8Array.from(octets))}`;
}

function hex(text: string): Uint8Array {
  return octetsFromHex(text) ?? new Uint8Array(0);
}

function xored(content: Content, key: Uint8Array): Uint8Array {
  return unmask(octetsOf(content), key);
}

/** Octets that have no period and are no text. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 0x80 | ((i * i + 7 * i) >> 3));
}

function log(...rows: readonly string[]): string {
  return rows.join('\n');
}

const HELLO = tx(0x81, 'Hello');
/** The peer is there to echo. */
const ECHOED = log(HELLO, rx(0x81, 'Hello'));
const CLOSE = clear(0x88, closePayload(1000));

export interface Evidence {
  readonly name: string;
  readonly log: string;
}

function cases(list: Readonly<Record<string, string>>): Evidence[] {
  return Object.entries(list).map(([name, text]) => ({ name, log: text }));
}

function each<T>(list: readonly T[], name: (one: T) => string, text: (one: T) => string): Evidence[] {
  return list.map((one) => ({ name: name(one), log: text(one) }));
}

const AROUND_POWERS = [7, 8, 9, 10, 11, 12, 16].flatMap((bits) => [-2, -1, 0, 1].map((more) => 2 ** bits + more));

const ECHO: readonly Evidence[] = [
  ...cases({
    'three octets of another type': log(tx(0x82, 'abc'), rx(0x81, 'abc')),
    'four octets of another type': log(tx(0x82, 'abcd'), rx(0x81, 'abcd')),
    'another type, and another length': log(tx(0x82, 'abcd'), rx(0x81, 'abcde')),
    'another type, and an octet that differs': log(tx(0x82, 'abcd'), rx(0x81, 'abce')),
    'a message that comes back in a Pong': log(tx(0x81, 'Hello'), rx(0x8a, 'Hello')),
    'one octet over and over, of another type, of a peer that echoed nothing': log(tx(0x82, 'aaaa'), rx(0x81, 'aaaa')),
    'the same of one that has echoed': log(ECHOED, tx(0x82, 'aaaa'), rx(0x81, 'aaaa')),
    'another type, of which 4 octets are known': log(tx(0x82, 'Hello'), cut(rx(0x81, 'Hello'), 1)),
    'another type, of which 3 octets are known': log(tx(0x82, 'Hello'), cut(rx(0x81, 'Hello'), 2)),
    'another type, of a message of which 4 octets are known': log(cut(tx(0x82, 'Hello'), 1), rx(0x81, 'Hello')),
    'another type, of a message of which 3 octets are known': log(cut(tx(0x82, 'Hello'), 2), rx(0x81, 'Hello')),
    'another type, where a row before it cannot be read': log(
      'TX OCTETS: 8185zz',
      tx(0x82, 'Hello'),
      rx(0x81, 'Hello'),
    ),
  }),
  ...each(
    AROUND_POWERS,
    (size) => `an echo of ${size} octets of ${size + 10}`,
    (size) => log(tx(0x82, noise(size + 10)), rx(0x82, noise(size))),
  ),
  ...each(
    [125, 127, 128, 1024],
    (size) => `an echo of ${size} octets of one more`,
    (size) => log(tx(0x82, noise(size + 1)), rx(0x82, noise(size))),
  ),
  ...cases({
    'three octets up to the first 00': log(tx(0x82, 'abc\0efgh'), rx(0x82, 'abc')),
    'four octets up to the first 00': log(tx(0x82, 'abcd\0fgh'), rx(0x82, 'abcd')),
    'six octets, of which four are known, that are all up to the 00': log(
      tx(0x82, 'abcd\0fgh'),
      cut(rx(0x82, 'abcd\0f'), 2),
    ),
    'four octets of a longer message, of a peer that has echoed': log(ECHOED, tx(0x81, 'abcdefgh'), rx(0x81, 'abcd')),
    'three octets of a longer message, of a peer that has echoed': log(ECHOED, tx(0x81, 'abcdefgh'), rx(0x81, 'abc')),
    'four octets of a message of which 4 are known': log(ECHOED, cut(tx(0x81, 'abcdefgh'), 4), rx(0x81, 'abcd')),
    'four octets of a message of which 3 are known': log(ECHOED, cut(tx(0x81, 'abcdefgh'), 5), rx(0x81, 'abcd')),
    'what had come of a fragment with the first read': log(
      ECHOED,
      `tx ${masked(0x01, 'abcdefgh').slice(0, 20)}`,
      `tx ${masked(0x01, 'abcdefgh').slice(20)}`,
      tx(0x80, 'ijkl'),
      rx(0x81, 'abcd'),
    ),
    'what had come after a read of three octets': log(
      `tx ${masked(0x81, 'abcdefgh').slice(0, 14)}`,
      `tx ${masked(0x81, 'abcdefgh').slice(14, 20)}`,
      `tx ${masked(0x81, 'abcdefgh').slice(20)}`,
      rx(0x81, 'abcd'),
    ),
    'what had come after a read of four octets': log(
      `tx ${masked(0x81, 'abcdefgh').slice(0, 12)}`,
      `tx ${masked(0x81, 'abcdefgh').slice(12, 20)}`,
      `tx ${masked(0x81, 'abcdefgh').slice(20)}`,
      rx(0x81, 'abcd'),
    ),
    'an echo that comes before the last octet': log(
      `tx ${masked(0x81, 'abcdefgh').slice(0, 24)}`,
      rx(0x81, 'abcdefgh'),
      `tx ${masked(0x81, 'abcdefgh').slice(24)}`,
    ),
    'an echo of another type that comes before the last octet': log(
      `tx ${masked(0x81, 'abcdefgh').slice(0, 24)}`,
      rx(0x82, 'abcdefgh'),
      `tx ${masked(0x81, 'abcdefgh').slice(24)}`,
    ),
    'a message of another type that comes before': log(rx(0x82, 'abcdefgh'), tx(0x81, 'abcdefgh')),
    'a Pong that comes before the last octet of a message with its octets': log(
      `tx ${masked(0x82, 'abcdefgh').slice(0, 24)}`,
      rx(0x8a, 'abcdefghi'),
      `tx ${masked(0x82, 'abcdefgh').slice(24)}`,
    ),
    'the beginning of the last of 17 messages that wait': log(
      ...Array.from({ length: 17 }, (_, i) => tx(0x82, `${String.fromCharCode(97 + i)}bcd\0fgh`)),
      rx(0x82, 'qbcd'),
    ),
    'the beginning of the last of 16 messages that wait': log(
      ...Array.from({ length: 16 }, (_, i) => tx(0x82, `${String.fromCharCode(97 + i)}bcd\0fgh`)),
      rx(0x82, 'pbcd'),
    ),
    'the beginning of a message 64 messages ago': log(
      tx(0x82, 'abcd\0fgh'),
      ...Array.from({ length: 63 }, (_, i) => log(tx(0x82, `message ${i}`), rx(0x82, `message ${i}`))),
      rx(0x82, 'abcd'),
    ),
    'the beginning of a message 65 messages ago': log(
      tx(0x82, 'abcd\0fgh'),
      ...Array.from({ length: 64 }, (_, i) => log(tx(0x82, `message ${i}`), rx(0x82, `message ${i}`))),
      rx(0x82, 'abcd'),
    ),
    'the beginning of a message that was fragmented, of which the log hides some': log(
      ECHOED,
      cut(tx(0x02, 'abcdefgh'), 3),
      tx(0x80, 'ijkl'),
      rx(0x82, 'abcdei'),
    ),
    'the beginning of a message that was fragmented': log(
      ECHOED,
      tx(0x02, 'abcdefgh'),
      tx(0x80, 'ijkl'),
      rx(0x82, 'abcdefghij'),
    ),
    'an echo in fragments that lacks its end': log(ECHOED, tx(0x82, 'abcdefgh'), rx(0x02, 'abc'), rx(0x80, 'def')),
    'an echo in fragments, the first of which the log hides in part': log(
      ECHOED,
      tx(0x82, 'abcdefgh'),
      cut(rx(0x02, 'abcde'), 1),
      rx(0x80, 'f'),
    ),
    'an echo that lacks its end behind a row that cannot be read': log(
      ECHOED,
      'RX OCTETS: 8185zz',
      tx(0x81, 'abcdefgh'),
      rx(0x81, 'abcd'),
    ),
    'the octets of a compressed message as they are on the wire': log(
      DEFLATE,
      HELLO,
      rx(0x81, 'Hello'),
      tx(0xc1, deflated('Hello Hello')),
      rx(0x82, deflated('Hello Hello').subarray(0, 6)),
    ),
    'a fragment alone, of a peer that echoed nothing': log(tx(0x01, 'Howdy'), tx(0x80, 'World'), rx(0x81, 'Howdy')),
    'a fragment alone, of one that has echoed': log(ECHOED, tx(0x01, 'Howdy'), tx(0x80, 'World'), rx(0x81, 'Howdy')),
    'a fragment of three octets alone': log(ECHOED, tx(0x01, 'Hello'), tx(0x80, 'Wor'), rx(0x81, 'Wor')),
    'a fragment of four octets alone': log(ECHOED, tx(0x01, 'Hello'), tx(0x80, 'Worl'), rx(0x81, 'Worl')),
    'a fragment alone, of which 4 octets are known': log(
      ECHOED,
      tx(0x01, 'Hello'),
      tx(0x80, 'World'),
      cut(rx(0x81, 'World'), 1),
    ),
    'a message whose last fragment is empty': log(ECHOED, tx(0x01, 'Howdy'), tx(0x80, ''), rx(0x81, 'Howdy')),
    'the second fragment alone in a Pong': log(ECHOED, tx(0x01, 'Hello'), tx(0x80, 'World'), rx(0x8a, 'World')),
  }),
  ...each(
    ['00', '0a', '0d0a', '0d', '0000'],
    (end) => `an echo with ${end} behind it`,
    (end) => log(ECHOED, tx(0x82, 'World'), rx(0x82, Buffer.concat([Buffer.from('World'), hex(end)]))),
  ),
  ...cases({
    'three octets with 00 behind them': log(ECHOED, tx(0x82, 'abc'), rx(0x82, 'abc\0')),
    'an echo with 00 behind it, which the log hides': log(ECHOED, tx(0x82, 'World'), cut(rx(0x82, 'World\0'), 1)),
    'four octets of an earlier message behind an echo': log(
      ECHOED,
      tx(0x81, 'abcdefgh'),
      rx(0x81, 'abcdefgh'),
      tx(0x81, '1234'),
      rx(0x81, '1234efgh'),
    ),
    'three octets of an earlier message behind an echo': log(
      ECHOED,
      tx(0x81, 'abcdefg'),
      rx(0x81, 'abcdefg'),
      tx(0x81, '1234'),
      rx(0x81, '1234efg'),
    ),
    'octets of an earlier Ping behind a Pong': log(
      ECHOED,
      tx(0x89, 'abcdefgh'),
      rx(0x8a, 'abcdefgh'),
      tx(0x89, '1234'),
      rx(0x8a, '1234efgh'),
    ),
  }),
];

function deflated(text: string): Uint8Array {
  return Uint8Array.from(deflateRawSync(text, { finishFlush: 2 }).subarray(0, -4));
}

const MASKING: readonly Evidence[] = cases({
  'three octets as they stood on the wire': log(tx(0x82, 'Hel'), rx(0x82, xored('Hel', KEY))),
  'four octets as they stood on the wire': log(tx(0x82, 'Hell'), rx(0x82, xored('Hell', KEY))),
  'octets as they stood on the wire, of which 4 are known': log(
    tx(0x82, 'Hello'),
    cut(rx(0x82, xored('Hello', KEY)), 1),
  ),
  'octets as they stood on the wire, of which 3 are known': log(
    tx(0x82, 'Hello'),
    cut(rx(0x82, xored('Hello', KEY)), 2),
  ),
  'two fragments of three as they stood on the wire': log(
    tx(0x02, 'Hello'),
    tx(0x00, 'World', OTHER_KEY),
    tx(0x80, 'again', BACKWARDS),
    rx(0x82, Buffer.concat([xored('Hello', KEY), Buffer.from('World'), xored('again', BACKWARDS)])),
  ),
  'fragments of no more than three octets as they stood on the wire': log(
    tx(0x02, 'Hel'),
    tx(0x80, 'lo', OTHER_KEY),
    rx(0x82, Buffer.concat([xored('Hel', KEY), xored('lo', OTHER_KEY)])),
  ),
  'one fragment as it stood on the wire, and another that is neither': log(
    tx(0x02, 'Hello'),
    tx(0x80, 'World', OTHER_KEY),
    rx(0x82, Buffer.concat([xored('Hello', KEY), Buffer.from('wORLD')])),
  ),
  'three octets that were not masked': log(SERVER, `tx ${clear(0x82, 'abc')}`, `rx 828337fa213d616263`),
  'four octets that were not masked': log(SERVER, `tx ${clear(0x82, '\x01\x02\x03\x04')}`, `rx 828437fa213d01020304`),
  'a Close that was not masked': log(SERVER, `tx ${CLOSE}`, 'rx 888237fa213d03e8'),
  'five octets, and the mask bit is missing': log(
    SERVER,
    `tx ${clear(0x82, 'Hello')}`,
    rx(0x82, Buffer.concat([KEY, xored('Hello', KEY)])),
  ),
  'four octets, and the mask bit is missing': log(
    SERVER,
    `tx ${clear(0x82, 'Hell')}`,
    rx(0x82, Buffer.concat([KEY, xored('Hell', KEY)])),
  ),
  'three octets, and the mask bit is missing': log(
    SERVER,
    `tx ${clear(0x82, 'Hel')}`,
    rx(0x82, Buffer.concat([KEY, xored('Hel', KEY)])),
  ),
  'five octets, the mask bit is missing, and one of them differs': log(
    SERVER,
    `tx ${clear(0x82, 'Hello')}`,
    rx(0x82, Buffer.concat([KEY, xored('Hellp', KEY)])),
  ),
  'five octets of which 4 are known, and the mask bit is missing': log(
    SERVER,
    `tx ${clear(0x82, 'Hello')}`,
    cut(rx(0x82, Buffer.concat([KEY, xored('Hello', KEY)])), 1),
  ),
  'five octets of which 3 are known, and the mask bit is missing': log(
    SERVER,
    `tx ${clear(0x82, 'Hello')}`,
    cut(rx(0x82, Buffer.concat([KEY, xored('Hello', KEY)])), 2),
  ),
  'four octets where the key should be': log(SERVER, `tx ${clear(0x82, '\x01\x02\x03\x04')}`, 'rx 828401020304'),
  'three octets where the key should be': log(SERVER, `tx ${clear(0x82, '\x01\x02\x03')}`, 'rx 8283010203', 'rx 8980'),
  'octets where the key should be, one of which differs': log(
    SERVER,
    `tx ${clear(0x82, '\x01\x02\x03\x04\x05')}`,
    'rx 82850102030406',
    'rx 898000000000',
  ),
  'octets of a Ping where the key should be': log(
    SERVER,
    `tx ${clear(0x89, '\x01\x02\x03\x04\x05')}`,
    'rx 8a850102030405',
  ),
  'a text where the key of a server should be': 'rx 818548656c6c6f',
  'a text of three octets behind a key that is text': log(SERVER, 'rx 81866162636461'),
  'what was sent, where the mask bit is missing in one of two fragments': log(
    SERVER,
    `tx ${clear(0x82, 'Hello')}`,
    `rx ${masked(0x02, 'Hel')}`,
    rx(0x80, 'lo'),
  ),
  'two fragments that were not masked': log(
    SERVER,
    `tx ${clear(0x82, '\x01\x02\x03\x04\x05\x06')}`,
    'rx 028337fa213d010203',
    'rx 808337fa213d040506',
  ),
  'a long text where the key should be': log(
    SERVER,
    `rx 81be${hexOf(octetsOfText('the quick brown fox jumps over the lazy dog and over the fence'))}`,
  ),
});

/** What one reads who begins so many octets off the payload's place. */
function readOff(off: number): string {
  const frames = [clear(0x82, noise(21).subarray(8)), clear(0x82, 'abcdefghijkl'), clear(0x82, noise(31).subarray(18))];
  const wire = hex(frames.join(''));
  const from = 15 + 2 + off;
  return log(SERVER, ...frames.map((frame) => `tx ${frame}`), `rx ${masked(0x82, wire.subarray(from, from + 12))}`);
}

const OFF_PLACE: readonly Evidence[] = [
  ...each([-9, -8, -2, -1, 0, 1, 2, 8, 9], (off) => `a payload that is read ${off} octets off its place`, readOff),
  ...cases({
    'a payload that is read an octet behind its place, where the next frame had begun': log(
      SERVER,
      `tx ${clear(0x82, 'abcdefgh')}`,
      'tx 82',
      `rx ${masked(0x82, hex('6263646566676882'))}`,
      `tx ${clear(0x82, 'ijklmnop').slice(2)}`,
    ),
    'the same, where it begins later': log(
      SERVER,
      `tx ${clear(0x82, 'abcdefgh')}`,
      `rx ${masked(0x82, hex('6263646566676882'))}`,
      `tx ${clear(0x82, 'ijklmnop')}`,
    ),
  }),
  ...each(
    [-1, 1],
    (off) => `a masked payload that is read ${off} octets off its place, with the key that stands before that`,
    (off) => {
      const wire = hex(`${masked(0x82, 'Hello, world')}${masked(0x89, '')}`);
      const from = 6 + off;
      const echo = xored(wire.subarray(from, from + 12), wire.subarray(from - 4, from));
      return log(tx(0x82, 'Hello, world'), tx(0x89, ''), rx(0x82, echo));
    },
  ),
];

function wrongKey(content: Content, key: Uint8Array, used: Uint8Array): string {
  return log(tx(0x82, content, key), rx(0x82, xored(xored(content, key), used)));
}

/** The key begins again at these octets. */
function restarted(content: string, at: readonly number[]): Uint8Array {
  const edges = [0, ...at, content.length];
  const parts = edges.slice(1).map((to, i) => xored(xored(content, KEY).subarray(edges[i], to), KEY));
  return Buffer.concat(parts);
}

const KEYS: readonly Evidence[] = [
  ...cases({
    'the key backwards, on four octets': wrongKey('Hell', KEY, BACKWARDS),
    'the key backwards, on three octets': wrongKey('Hel', KEY, BACKWARDS),
    'the key of an earlier message': log(
      ECHOED,
      tx(0x82, 'World', OTHER_KEY),
      rx(0x82, xored(xored('World', OTHER_KEY), KEY)),
    ),
    'any key, on 12 octets': wrongKey('Hello, world', KEY, OTHER_KEY),
    'any key, on 11 octets': wrongKey('Hello, worl', KEY, OTHER_KEY),
    'any key, on 12 octets that have a period': wrongKey('abcdabcdabcd', KEY, OTHER_KEY),
    'any key, but for the last octet': log(
      tx(0x82, 'Hello, world!', KEY),
      rx(0x82, Buffer.concat([xored(xored('Hello, world', KEY), OTHER_KEY), Buffer.from('!')])),
    ),
    'no key at all': wrongKey('Hello, world', KEY, Uint8Array.of(0, 0, 0, 0)),
    'a key with which the client masked, and not the one it says': log(
      SERVER,
      `tx ${clear(0x82, 'Hello, world')}`,
      `rx 828c37fa213d${hexOf(xored('Hello, world', OTHER_KEY))}`,
    ),
    'the key backwards, with which the client masked': log(
      SERVER,
      `tx ${clear(0x82, 'Hello')}`,
      `rx 828537fa213d${hexOf(xored('Hello', BACKWARDS))}`,
    ),
    'the key of the first fragment for all, and four octets of the second': log(
      tx(0x02, 'Hello'),
      tx(0x80, 'Worl', OTHER_KEY),
      rx(0x82, Buffer.concat([Buffer.from('Hello'), xored(xored('Worl', OTHER_KEY), KEY)])),
    ),
    'the key of the first fragment for all, and three octets of the second': log(
      tx(0x02, 'Hello'),
      tx(0x80, 'Wor', OTHER_KEY),
      rx(0x82, Buffer.concat([Buffer.from('Hello'), xored(xored('Wor', OTHER_KEY), KEY)])),
    ),
    'the key of the first fragment for all, where the second is empty': log(
      tx(0x02, 'Hello'),
      tx(0x00, '', OTHER_KEY),
      tx(0x80, 'World', BACKWARDS),
      rx(0x82, Buffer.concat([Buffer.from('Hello'), xored(xored('World', BACKWARDS), KEY)])),
    ),
    'a key that begins again four octets before the end': log(
      tx(0x82, 'Hello, world'),
      rx(0x82, restarted('Hello, world', [7])),
    ),
    'a key that begins again three octets before the end': log(
      tx(0x82, 'Hello, wor'),
      rx(0x82, restarted('Hello, wor', [7])),
    ),
    'a key that begins again twice': log(tx(0x82, 'Hello, world'), rx(0x82, restarted('Hello, world', [3, 6]))),
    'a key that begins again thrice': log(tx(0x82, 'Hello, world'), rx(0x82, restarted('Hello, world', [3, 6, 9]))),
    'a key that begins again in a fragment': log(
      tx(0x02, 'Hello, world'),
      tx(0x80, '', OTHER_KEY),
      rx(0x82, restarted('Hello, world', [7])),
    ),
    'a key with which the client began again': log(
      SERVER,
      `tx ${clear(0x82, 'Hello, world')}`,
      `rx 828c37fa213d${hexOf(xored(restarted('Hello, world', [6]), KEY))}`,
    ),
  }),
];

/** A frame of 64 octets of which "Hello" has come, and then this. */
function inside(inner: string): string {
  return log(HELLO, `rx 814048656c6c6f${inner}`);
}

const LENGTHS: readonly Evidence[] = [
  ...cases({
    'a Close in a frame that is not finished': inside(CLOSE),
    'a text in it': inside(clear(0x81, 'abc')),
    'a binary message in it': inside(clear(0x82, 'abc')),
    'a Ping in it': inside(clear(0x89, 'abc')),
    'a Pong in it': inside(clear(0x8a, 'abc')),
    'a continuation in it': inside(clear(0x80, 'abc')),
    'a frame of a reserved opcode in it': inside(clear(0x83, 'abc')),
    'a frame of a reserved control opcode in it': inside(clear(0x8b, 'abc')),
    'a first fragment in it': inside(clear(0x01, 'abc')),
    'a frame with RSV1 in it': inside(clear(0xc1, 'abc')),
    'a masked frame in it': inside(masked(0x81, 'abc')),
    'a Ping and a Close in it': inside(clear(0x89, 'abc') + CLOSE),
    'a Close without a code in it': inside('8800'),
    'a Close of one octet in it': inside('880103'),
    'a Close with a code that no frame may have in it': inside(clear(0x88, closePayload(1005))),
    'a Ping and half a Close in it': inside(clear(0x89, 'abc') + CLOSE.slice(0, -2)),
    'a Close behind three octets of what was sent': log(HELLO, `rx 814048656c${CLOSE}`),
    'a Ping behind three octets of what was sent': log(HELLO, `rx 814048656c${clear(0x89, 'abc')}`),
    'a Ping behind octets that nobody sent': log(HELLO, `rx 81404a656c6c6f${clear(0x89, 'abc')}`),
    'a Ping behind more than was sent': log(HELLO, `rx 814048656c6c6f21${clear(0x89, 'abc')}`),
    'a Ping behind four octets of what was sent': log(HELLO, `rx 814048656c6c${clear(0x89, 'abc')}`),
    'a Close right behind the header': log(HELLO, `rx 8140${CLOSE}`),
    'a Close behind octets of a message that came twice': log(
      HELLO,
      tx(0x81, 'Hello, world'),
      `rx 814048656c6c6f${CLOSE}`,
    ),
    'a Close behind octets of a length of 16 bits': log(HELLO, `rx 817e010048656c6c6f${CLOSE}`),
    'a Close behind octets of a length above 2^53': log(HELLO, `rx 817f002000000000000348656c6c6f${CLOSE}`),
    'a Close that is the last read, of a payload that is cut': log(
      tx(0x82, noise(80)),
      cut(`rx 827e0100${hexOf(noise(80))}`, 10),
      `rx ${CLOSE}`,
    ),
    'a Close that is the last read, and is cut itself': log(
      tx(0x82, noise(80)),
      cut(`rx 827e0100${hexOf(noise(80))}`, 10),
      cut(`rx ${CLOSE}`, 1),
    ),
    'a Ping that is the last read, of a payload that is cut': log(
      tx(0x82, noise(80)),
      cut(`rx 827e0100${hexOf(noise(80))}`, 10),
      `rx ${clear(0x89, 'abc')}`,
    ),
    'four octets of what was sent, and the next frame, in one that is finished': log(
      tx(0x82, 'abcd'),
      rx(0x82, hex('616263648900')),
    ),
    'three octets of what was sent, and the next frame, in one that is finished': log(
      tx(0x82, 'abc'),
      rx(0x82, hex('6162638900')),
    ),
    'what was sent, and no frame, in one that is finished': log(tx(0x82, 'abcd'), rx(0x82, 'abcdef')),
    'a length that is one too small': log(tx(0x82, 'abcd'), 'rx 820361626364', `rx ${CLOSE}`),
    'a length that is one too small, and three octets': log(tx(0x82, 'abc'), 'rx 8202616263', `rx ${CLOSE}`),
    'a length that is one too small, and octets that differ': log(tx(0x82, 'abcd'), 'rx 820361626365', `rx ${CLOSE}`),
    'a length of 16 bits that is 100 too small': log(tx(0x82, noise(300)), `rx 827e00c8${hexOf(noise(300))}`),
    'a masked Close in a masked frame that is not finished': log(
      SERVER,
      `tx ${clear(0x81, 'Hello')}`,
      `rx 81c037fa213d${hexOf(xored('Hello', KEY))}${masked(0x88, closePayload(1000), OTHER_KEY)}`,
    ),
    'half a masked Close in a masked frame': log(
      SERVER,
      `tx ${clear(0x81, 'Hello')}`,
      `rx 81c037fa213d${hexOf(xored('Hello', KEY))}${masked(0x88, closePayload(1000), OTHER_KEY).slice(0, -2)}`,
    ),
    'an unmasked Close in a masked frame': log(
      SERVER,
      `tx ${clear(0x81, 'Hello')}`,
      `rx 81c037fa213d${hexOf(xored('Hello', KEY))}${CLOSE}`,
    ),
    'a longer Ping and a Close in it': inside(clear(0x89, noise(50)) + CLOSE),
    'what was sent, and the next frame, where another message begins so too': log(
      tx(0x82, 'abcd'),
      tx(0x82, 'abcdxyz'),
      rx(0x82, hex('616263648900')),
    ),
    'a length that is too small, in a frame of a reserved opcode': log(
      tx(0x82, 'abcd'),
      'rx 830361626364',
      `rx ${CLOSE}`,
    ),
    'a length of 16 bits where 64 bits are right': log(tx(0x82, noise(70000)), `rx 827e1170${hexOf(noise(70000))}`),
  }),
];

const MESSAGE = noise(128);
const WRITTEN: readonly string[] = [
  '80',
  '0080',
  '8000',
  '00000080',
  '80000000',
  '0000000000000080',
  '8000000000000000',
];

const FORMS: readonly Evidence[] = [
  ...each(
    ['7e', '7f'].flatMap((announced) => WRITTEN.map((written) => [announced, written] as const)),
    ([announced, written]) => `128 octets, whose length is written ${written} behind ${announced}`,
    ([announced, written]) => log(tx(0x82, MESSAGE), `rx 82${announced}${written}${hexOf(MESSAGE)}`, `rx ${CLOSE}`),
  ),
  ...each(
    ['fe', 'ff'].flatMap((announced) => WRITTEN.map((written) => [announced, written] as const)),
    ([announced, written]) => `128 masked octets, whose length is written ${written} behind ${announced}`,
    ([announced, written]) =>
      log(
        SERVER,
        `tx ${clear(0x82, MESSAGE)}`,
        `rx 82${announced}${written}${hexOf(KEY)}${hexOf(xored(MESSAGE, KEY))}`,
      ),
  ),
  ...each(
    [126, 127],
    (size) => `${size} octets, and that is the second octet`,
    (size) => log(tx(0x82, noise(size)), `rx 82${size.toString(16)}${hexOf(noise(size))}`),
  ),
  ...cases({
    'one frame with a length in 16 bits that needs none': 'rx 827e00056162636465',
    'two frames with a length in 16 bits that need none': 'rx 827e000161\nrx 827e000161',
    'two of three frames with a length in 16 bits that need none': 'rx 827e000161\nrx 827e000161\nrx 820161',
    'two of three frames with a length in 16 bits that need none, and one that does': log(
      'rx 827e000161\nrx 827e000161',
      rx(0x82, noise(126)),
    ),
    'two frames with a length of 125 in 16 bits': log(
      `rx 827e007d${hexOf(noise(125))}`,
      `rx 827e007d${hexOf(noise(125))}`,
    ),
    'two frames with a length of 65535 in 64 bits': log(
      `rx 827f000000000000ffff${hexOf(noise(65535))}`,
      `rx 827f000000000000ffff${hexOf(noise(65535))}`,
    ),
  }),
];

function tls(...octets: readonly number[]): string {
  return log('rx 8100', raw(...octets));
}

const FOREIGN: readonly Evidence[] = [
  ...each(
    ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'PATCH', 'TRACE', 'get'],
    (method) => `a request with ${method}`,
    (method) => log(SERVER, `rx "${method} /chat HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"`),
  ),
  ...each(
    ['HTTP/1.1 200', 'HTTP/1.1 20', 'HTTP/x.1 200', 'XHTTP/1.1 200'],
    (line) => `a response that begins with ${line}`,
    (line) => log('rx 8100', `rx "${line} OK\\r\\nConnection: close\\r\\n\\r\\n"`),
  ),
  ...cases({
    'a long line of a request': log(SERVER, `rx "GET /${'a'.repeat(80)} HTTP/1.1\\r\\n\\r\\n"`),
    'a hello of the client': tls(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0),
    'a hello of the server': tls(0x16, 3, 3, 0, 5, 2, 0, 0, 1, 0),
    'a certificate': tls(0x16, 3, 3, 0, 5, 11, 0, 0, 1, 0),
    'a record of version 3.4': tls(0x16, 3, 4, 0, 5, 1, 0, 0, 1, 0),
    'a record of version 3.5': tls(0x16, 3, 5, 0, 5, 1, 0, 0, 1, 0),
    'a record of version 2.3': tls(0x16, 2, 3, 0, 5, 1, 0, 0, 1, 0),
    'a record of no octets': tls(0x16, 3, 3, 0, 0, 1, 0, 0, 1, 0),
    'a record of the longest length': tls(0x16, 3, 3, 0x41, 0, 1, 0, 0, 1, 0),
    'a record that is longer than any': tls(0x16, 3, 3, 0x41, 1, 1, 0, 0, 1, 0),
    'four octets of a record': tls(0x16, 3, 3, 0),
    'a change of the cipher': tls(0x14, 3, 3, 0, 1, 1),
    'a change of the cipher of two octets': tls(0x14, 3, 3, 0, 2, 1, 1),
    'a change of the cipher to 2': tls(0x14, 3, 3, 0, 1, 2),
    'a warning that the other side closes': tls(0x15, 3, 3, 0, 2, 1, 0),
    'a fatal alert 10': tls(0x15, 3, 3, 0, 2, 2, 10),
    'a fatal alert 40': tls(0x15, 3, 3, 0, 2, 2, 40),
    'a fatal alert 70': tls(0x15, 3, 3, 0, 2, 2, 70),
    'an alert of level 3': tls(0x15, 3, 3, 0, 2, 3, 40),
    'an alert of three octets': tls(0x15, 3, 3, 0, 3, 2, 40, 0),
    'data that is all there': tls(0x17, 3, 3, 0, 3, 1, 2, 3),
    'data of which an octet is missing': tls(0x17, 3, 3, 0, 3, 1, 2),
    'a record of type 24': tls(0x18, 3, 3, 0, 3, 1, 2, 3),
  }),
  ...each(
    [
      '{"a":17}',
      '{ "a":17',
      '[{"a":1}',
      '[ "abc"]',
      '[-1,2,3]',
      '[1,2,34]',
      '[[1],[2]',
      '{a: 17 }',
      '[null,1]',
      '{"a":1}',
    ],
    (text) => `${text} where a frame should begin`,
    (text) => log('rx 8100', `rx ${hexOf(octetsOfText(text))}`),
  ),
  ...each(
    [
      'twelve octet',
      'sixteen octets..',
      'a line\r\nof\ttext',
      'with a bell\x07 in',
      'with a DEL\x7f in it',
      'grüße an alle!!',
      'x'.repeat(60),
    ],
    (text) => `the text ${JSON.stringify(text)} where the first frame should begin`,
    (text) => log('# extensions: none', `rx ${hexOf(octetsOfText(text))}`),
  ),
  ...cases({
    'what was sent, without a header, behind a frame': log(
      tx(0x82, 'spam'),
      rx(0x82, 'spam'),
      `rx ${hexOf(octetsOfText('spam'))}`,
    ),
    'HTTP in one read with a frame before it': log(
      '# extensions: none',
      `rx 8100${hexOf(octetsOfText('HTTP/1.1 500 Oops\r\n\r\n'))}`,
    ),
    'HTTP octet by octet': log(
      '# writer: client',
      '# extensions: none',
      ...[...'HTTP/1.1 500 Oops'].map((character) => raw(character.charCodeAt(0))),
    ),
    'HTTP behind the handshake': log(
      'tx "GET / HTTP/1.1\\r\\nHost: a\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n"',
      `rx ${hexOf(octetsOfText('HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n\r\nHTTP/1.1 500 Oops\r\n\r\n'))}`,
    ),
    'a text behind a row of which the log hides some': log(
      '# extensions: none',
      'rx 6162 LEN=3',
      `rx ${hexOf(octetsOfText('a line that is long enough'))}`,
    ),
    'four octets of what was sent, without a header': log(tx(0x82, 'spam'), `rx ${hexOf(octetsOfText('spam'))}`),
    'three octets of what was sent, without a header': log(tx(0x82, 'spa'), `rx ${hexOf(octetsOfText('spa'))}`),
    'a Ping without a header': log(tx(0x89, 'spam'), rx(0x81, ''), `rx ${hexOf(octetsOfText('spam'))}`),
    'the end of a chunked body, but for its last octet': 'rx 300d0a0d\nrx 8100',
  }),
];

function closed(code: Content, other: Content = ''): string {
  return other === '' ? rx(0x88, code) : log(tx(0x88, other), rx(0x88, code));
}

const CLOSES: readonly Evidence[] = [
  ...each(
    ['1000', '4999', '0999', '5000', '100', '100x', '1000 bye'],
    (digits) => `a code in digits, ${digits}`,
    (digits) => closed(digits),
  ),
  ...each(
    ['000003e8', 'e8030000', '000003ed', 'ed030000', '0003e8', '000003e8616263'],
    (code) => `a code in more than 16 bits, ${code}`,
    (code) => closed(hex(code)),
  ),
  ...each(
    ['e803', 'f303', 'ed03', 'b70b', 'b80b', 'a00f', '0000'],
    (code) => `a code with its low octet first, ${code}`,
    (code) => closed(hex(code)),
  ),
  ...cases({
    'a private code with its low octet first, where the other side sent it': closed(hex('b80b'), hex('0bb8')),
    'a private code with its low octet first, where the other side sent another': closed(hex('b80b'), hex('0bb9')),
    'a code with its low octet first, as the other side sent it': closed(hex('e803'), hex('e803')),
    'a code with its low octet first, where the other side sent another': closed(hex('e803'), hex('03ea')),
    'a code of one octet': closed(hex('e8')),
  }),
];

function compressedText(text: string, first = 0x81): string {
  return rx(first, deflated(text));
}

const COMPRESSION: readonly Evidence[] = cases({
  'a text of 8 octets that nobody sent': compressedText('abcdefgh'),
  'a text of 7 octets that nobody sent': compressedText('abcdefg'),
  'a text with a line end that nobody sent': compressedText('abcd\r\n\tefgh'),
  'a text with a bell that nobody sent': compressedText('abcd\x07efgh'),
  'a binary message of a text that nobody sent': compressedText('abcdefgh', 0x82),
  'a longer text than is shown': compressedText('the quick brown fox jumps over the lazy dog'),
  'a text that nobody sent, where compression is agreed': log(DEFLATE, compressedText('abcdefgh')),
  'a text that nobody sent, with RSV1, where none is agreed': compressedText('abcdefgh', 0xc1),
  'four octets that were sent': log(tx(0x82, 'abcd'), rx(0x82, deflated('abcd'))),
  'three octets that were sent': log(tx(0x82, 'abc'), rx(0x82, deflated('abc'))),
  'octets of which one differs from what was sent': log(tx(0x82, 'abcd'), rx(0x82, deflated('abce'))),
  "zlib's wrapping": log(tx(0x82, 'abcdefgh'), rx(0x82, Uint8Array.from(deflateSync('abcdefgh')))),
  "zlib's wrapping with a checksum that is wrong": log(
    tx(0x82, 'abcdefgh'),
    rx(0x82, Uint8Array.from([...deflateSync('abcdefgh').subarray(0, -1), 0])),
  ),
  'octets that inflate, the last of which is hidden': log(tx(0x82, 'abcdefgh'), cut(rx(0x82, deflated('abcdefgh')), 1)),
  'a fragmented message that inflates': log(
    tx(0x82, 'abcdefgh'),
    rx(0x02, deflated('abcdefgh').subarray(0, 4)),
    rx(0x80, deflated('abcdefgh').subarray(4)),
  ),
  'RSV1 on four octets that are plain': log(DEFLATE, tx(0x82, 'abcd'), rx(0xc2, 'abcd')),
  'RSV1 on three octets that are plain': log(DEFLATE, tx(0x82, 'abc'), rx(0xc2, 'abc')),
  'RSV1 on plain octets, of which 4 are known': log(DEFLATE, tx(0x82, 'abcde'), cut(rx(0xc2, 'abcde'), 1)),
  'RSV1 on plain octets, of which 3 are known': log(DEFLATE, tx(0x82, 'abcde'), cut(rx(0xc2, 'abcde'), 2)),
});

const WORDS = 'größe: 1 €';

const TEXTS: readonly Evidence[] = [
  ...cases({
    'Latin-1 taken for text': log(tx(0x81, WORDS), rx(0x81, Buffer.from(WORDS).toString('latin1'))),
    'a question mark for each character that is not ASCII': log(tx(0x81, WORDS), rx(0x81, 'gr??e: 1 ?')),
    'UTF-16 of ASCII': log(tx(0x81, 'Hello'), rx(0x81, Buffer.from('Hello', 'utf16le'))),
    'UTF-16 of what is not ASCII': log(tx(0x81, WORDS), rx(0x81, Buffer.from(WORDS, 'utf16le'))),
    'UTF-16 of three octets': log(tx(0x81, 'abc'), rx(0x81, Buffer.from('abc', 'utf16le'))),
    'UTF-16 of four octets': log(tx(0x81, 'abcd'), rx(0x81, Buffer.from('abcd', 'utf16le'))),
    'U+FFFD for what is not UTF-8': log(tx(0x81, hex('616263ff64')), rx(0x81, 'abc\ufffdd')),
    'a conversion of a binary message': log(tx(0x82, WORDS), rx(0x82, Buffer.from(WORDS).toString('latin1'))),
    'a conversion, of which 4 octets are known': log(
      tx(0x81, 'üüüü'),
      cut(rx(0x81, Buffer.from('üüüü').toString('latin1')), 12),
    ),
    'a conversion, of which 3 octets are known': log(
      tx(0x81, 'üüüü'),
      cut(rx(0x81, Buffer.from('üüüü').toString('latin1')), 13),
    ),
    'a conversion in a Pong': log(tx(0x89, WORDS), rx(0x8a, Buffer.from(WORDS).toString('latin1'))),
    'fragments that are decoded each for itself': log(
      tx(0x01, hex('6162c3')),
      tx(0x80, hex('bc6364')),
      rx(0x81, 'ab\ufffd\ufffdcd'),
    ),
    'fragments of a binary message that are decoded each for itself': log(
      tx(0x02, hex('6162c3')),
      tx(0x80, hex('bc6364')),
      rx(0x82, 'ab\ufffd\ufffdcd'),
    ),
  }),
  ...each(
    [1002, 1006, 1007, 1008],
    (code) => `${code} behind a fragment that ends inside a character`,
    (code) => log(SERVER, 'tx 0103cebacf', 'tx 80078ccf83cebcceb5', `rx ${masked(0x88, closePayload(code))}`),
  ),
  ...cases({
    '1007 behind a text that is not right': log(
      SERVER,
      'tx 0103cebacf',
      'tx 80078ccf83cebcceb5',
      'tx 8101ff',
      `rx ${masked(0x88, closePayload(1007))}`,
    ),
    '1007 behind a text that ends inside a character': log(
      SERVER,
      'tx 0103cebacf',
      'tx 8000',
      `rx ${masked(0x88, closePayload(1007))}`,
    ),
    '1007 behind a fragment of which the log hides an octet': log(
      SERVER,
      'tx 0103ceba LEN=5',
      'tx 80078ccf83cebcceb5',
      `rx ${masked(0x88, closePayload(1007))}`,
    ),
    '1007 behind a binary message with such fragments': log(
      SERVER,
      'tx 0203cebacf',
      'tx 80078ccf83cebcceb5',
      `rx ${masked(0x88, closePayload(1007))}`,
    ),
    '1007 behind three fragments, the last two of which end inside a character': log(
      SERVER,
      'tx 0102ceba',
      'tx 0001cf',
      'tx 00028ccf',
      'tx 800583cebcceb5',
      `rx ${masked(0x88, closePayload(1007))}`,
    ),
    '1007 of a server': log(tx(0x01, hex('cebacf')), tx(0x80, hex('8ccf83cebcceb5')), rx(0x88, closePayload(1007))),
  }),
];

export const EVIDENCE: Readonly<Record<string, readonly Evidence[]>> = {
  echo: ECHO,
  masking: MASKING,
  place: OFF_PLACE,
  key: KEYS,
  length: LENGTHS,
  'length-form': FORMS,
  foreign: FOREIGN,
  close: CLOSES,
  compression: COMPRESSION,
  text: TEXTS,
};
