import { describe, expect, it } from 'vitest';
import { octetsOfLatin1 } from '../../model/octets.ts';
import { headOf } from './head.fixture.ts';
import {
  beginsHead,
  isBelowHttp11,
  isStartLineWhole,
  isUsualHead,
  proxyHeaderAt,
  requestLine,
  startLineOf,
  withPlainBlanks,
} from './start-line.ts';

describe('the line of a request', () => {
  it.each([
    ['GET /chat HTTP/1.1\r\n\r\n', ['GET', 0], ['/chat', 4], ['HTTP/1.1', 10]],
    ['\r\n\nGET /chat HTTP/1.1\r\n\r\n', ['GET', 3], ['/chat', 7], ['HTTP/1.1', 13]],
    [' GET\t /a b  HTTP/10.12 \r\n\r\n', ['GET', 1], ['/a b', 6], ['HTTP/10.12', 12]],
  ])('%j has parts with their places', (text, ...parts) => {
    const line = requestLine(headOf(text, { kind: 'request' }));
    expect([line?.method, line?.target, line?.version].map((part) => [part?.text, part?.at])).toEqual(parts);
  });

  it.each([
    'GET /chat\r\n\r\n',
    'GET HTTP/1.1\r\n\r\n',
    'GET / HTTP/x.1\r\n\r\n',
    'GET / http/1.1\r\n\r\n',
    'GET / HTTP/1.1 x\r\n\r\n',
  ])('%j is none', (text) => {
    expect(requestLine(headOf(text))).toBe(null);
  });

  it('may be cut behind its method', () => {
    const head = headOf('\n PUT /cha', { kind: 'request', complete: false });
    expect(isStartLineWhole(head)).toBe(false);
    expect(startLineOf(head)).toEqual({ text: ' PUT /cha', at: 1, end: 10 });
    expect(requestLine(head)).toEqual({ method: { text: 'PUT', at: 2, end: 5 }, target: null, version: null });
    expect(isStartLineWhole(headOf('\nPUT / HTTP/1.1\nA', { kind: 'request', complete: false }))).toBe(true);
  });

  it.each([
    [' GET\t/\v \fHTTP/1.1\r', 'GET / HTTP/1.1'],
    ['HTTP/1.1  101 Switching  Protocols', 'HTTP/1.1 101 Switching Protocols'],
  ])('%j with plain blanks is %j', (line, plain) => {
    expect(withPlainBlanks(line)).toBe(plain);
  });

  it.each([
    ['HTTP/1.1', false],
    ['HTTP/1.0', true],
    ['HTTP/0.9', true],
    ['HTTP/2.0', false],
    ['HTTP/10.0', false],
    ['http/1.0', false],
  ])('%s is below 1.1: %s', (version, is) => {
    expect(isBelowHttp11(version)).toBe(is);
  });
});

/** As they begin a head where any can stand; where only a response can; and where the rest is hidden. */
function answersFor(text: string): (boolean | undefined)[] {
  const octets = octetsOfLatin1(text);
  return [beginsHead(octets, false, false), beginsHead(octets, true, false), beginsHead(octets, false, true)];
}

const [YES, NO, MORE] = [true, false, undefined];

describe('octets that may begin a head', () => {
  it.each([
    ['HTTP/', YES, YES, YES],
    ['\r\nhttp/1.1', YES, YES, YES],
    [' \tHTTP/1.1 101', YES, YES, YES],
    [' HTTP/1.1 1011', NO, NO, NO],
    [' HTTP/1.1 10', MORE, MORE, NO],
    [' HTTP/', MORE, MORE, NO],
    [' HTTP/1.1 x', NO, NO, NO],
    ['', MORE, MORE, NO],
    ['\r\n', MORE, MORE, NO],
    [' ', MORE, MORE, NO],
    ['h', MORE, MORE, NO],
    ['HTT', MORE, MORE, NO],
    ['HTTP', MORE, MORE, NO],
    ['HTTX', MORE, NO, NO],
    ['GET ', YES, NO, YES],
    ['AB ', MORE, NO, NO],
    ['ABCDEFGHIJ ', YES, NO, YES],
    ['ABCDEFGHIJK ', MORE, NO, NO],
    ['get / HTTP/1.1\n', YES, NO, YES],
    [' get\thttps://a \tHTTP/1.1 x\n', YES, NO, YES],
    ['get * HTTP/1.1\n', YES, NO, YES],
    ['get a HTTP/1.1\n', NO, NO, NO],
    ['get / HTTP/1.1', MORE, NO, YES],
    ['get / HTTX/1.1\n', NO, NO, NO],
    ['get /chat', MORE, NO, YES],
    ['get chat', MORE, NO, NO],
    ['get /ch\xfct', NO, NO, NO],
    ['get', MORE, NO, NO],
    ['(get', NO, NO, NO],
    ['\x81\x05Hello', NO, NO, NO],
    [`${'a'.repeat(32)} /`, MORE, NO, YES],
    [`${'a'.repeat(33)} /`, NO, NO, NO],
  ])('%j: %s, %s where a response is due, %s where the rest is hidden', (text, ...answers) => {
    expect(answersFor(text)).toEqual(answers);
  });

  it('are waited for up to 8192 octets', () => {
    const line = (length: number) => octetsOfLatin1(`get /${'a'.repeat(length - 5)}`);
    expect(beginsHead(line(8192), false, false)).toBe(undefined);
    // What begins like a request is one, however long its target.
    expect(beginsHead(line(8193), false, false)).toBe(true);
  });

  it.each([
    ['HTTP/1', true],
    ['\r\nHTTP/', true],
    ['GET /', true],
    ['\nOPTIONS *', true],
    ['get /', false],
    ['GE /', false],
    ['http/1.1', false],
    ['aHTTP/', false],
    ['aGET /', false],
  ])('%j begins as nearly all do: %s', (text, is) => {
    expect(isUsualHead(octetsOfLatin1(text))).toBe(is);
  });
});

describe('what a proxy says before the first head', () => {
  const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';
  it.each([
    ['PROXY TCP4 192.0.2.1 192.0.2.2 4711 80\r\nGET', 40],
    ['PROXY TCP6 2001:db8::1 2001:db8::2 4711 80\r\n', 44],
    ['PROXY UNKNOWN\r\nGET', 15],
    ['PROXY UNKNOWN ffff:f 1\r\nGET', 24],
    ['PROXY TCP4 192.0.2.1', undefined],
    ['PROXY UNK', undefined],
    ['PROXY TCP4 1\r', undefined],
    ['PROXY TCP5 192.0.2.1 192.0.2.2 4711 80\r\n', 0],
    ['PROXY UDP4', 0],
    ['xPROXY UNKNOWN\r\n', 0],
    [`PROXY UNKNOWN${'x'.repeat(93)}\r\n`, 0],
    [`PROXY UNKNOWN${'x'.repeat(92)}\r\n`, 107],
    [`${SIGNATURE}\x21\x11\x00\x0c${'a'.repeat(12)}GET`, 28],
    [`${SIGNATURE}\x21\x11\x01\x00${'a'.repeat(256)}`, 272],
    [`${SIGNATURE}\x21\x11\x00\x0c${'a'.repeat(11)}`, undefined],
    [`${SIGNATURE}\x20\x00\x00\x00`, 16],
    [`${SIGNATURE}\x20\x00\x00`, undefined],
    ['\r\n\r\n\0', undefined],
    // As yet only empty lines before a head.
    ['\r\n\r\n', 0],
    ['', 0],
    ['GET / HTTP/1.1\r\n', 0],
  ])('%j has the length %s', (text, length) => {
    expect(proxyHeaderAt(octetsOfLatin1(text))).toBe(length);
  });
});
