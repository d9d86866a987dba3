import { describe, expect, it } from 'vitest';
import { cutOctets, latin1Of, octetsOfLatin1, wholeOctets } from '../../model/octets.ts';
import { acceptFor, combinedValue, draftMarks, isInterim, Sight, speaksDraft, statusOf } from './handshake.ts';
import { headOf, requestWith } from './head.fixture.ts';

describe('a head', () => {
  it('has fields with the places of their lines and values', () => {
    const head = headOf('GET / HTTP/1.1\r\nHost: a\r\nX-A:\t b c \r\nnothing\r\nHOST:\r\n\r\n');
    expect(head.startLine).toBe('GET / HTTP/1.1');
    const shown = head.fields.map(({ name, value, at, valueAt, length, hasColon, key }) => [
      name,
      value,
      at,
      valueAt,
      length,
      hasColon,
      key,
    ]);
    expect(shown).toEqual([
      ['Host', 'a', 16, 22, 7, true, 'host'],
      ['X-A', 'b c', 25, 31, 10, true, 'x-a'],
      ['nothing', '', 37, 44, 7, false, 'nothing'],
      ['HOST', '', 46, 51, 5, true, 'host'],
    ]);
    expect([...head.byName].map(([key, fields]) => [key, fields.length])).toEqual([
      ['host', 2],
      ['x-a', 1],
      ['nothing', 1],
    ]);
  });

  it('may have other line ends, empty lines before it, and none behind it', () => {
    for (const text of ['GET / HTTP/1.1\nA: b\r\rC: d', '\r\n\nGET / HTTP/1.1\nA: b\r\rC: d\n\n']) {
      const { startLine, fields } = headOf(text);
      expect(startLine).toBe('GET / HTTP/1.1');
      expect(fields.map(({ name, value }) => [name, value])).toEqual([['A', 'b\r\rC: d']]);
    }
    expect(headOf('').startLine).toBe('');
  });

  it('may fold a line, which then is not plain', () => {
    const { fields } = headOf('GET / HTTP/1.1\r\nA: b\r\n\t c \r\n d\r\nE: f\r\n\r\n');
    expect(fields.map(({ value, length, isPlain }) => [value, length, isPlain])).toEqual([
      ['b c d', 14, false],
      ['f', 4, true],
    ]);
    // There is no field that the first line could go on.
    expect(headOf('GET / HTTP/1.1\r\n A: b\r\n\r\n').fields.map(({ key }) => key)).toEqual(['a']);
  });

  it.each([
    ['A: b', true],
    ['A:\tb~', true],
    ['A:', true],
    ['A : b', false],
    [': b', false],
    ['A: \x7f', false],
    ['A: \xfc', false],
    ['A b', false],
  ])('has a plain line %j: %s', (line, isPlain) => {
    expect(requestWith(line).fields[0]?.isPlain).toBe(isPlain);
  });

  it('has one value of all fields of a name, or none', () => {
    expect(combinedValue(requestWith('A: b', 'c: x', 'a: d'), 'A')).toBe('b, d');
    expect(combinedValue(requestWith('A: b'), 'C')).toBe(null);
  });

  it.each([
    ['HTTP/1.1 101 Switching Protocols', 101],
    ['HTTP/1.1 101', 101],
    ['HTTP/1.1\t101\tx', 101],
    ['HTTP/10.12  404 x', 404],
    ['HTTP/1.1 1011', null],
    ['HTTP/1.1 10', null],
    ['HTTP/1 101', null],
    ['HTTP/1.1 x101', null],
    [' \tHTTP/1.1 101 x', 101],
    ['x HTTP/1.1 101 x', null],
  ])('%j has the status %s', (line, status) => {
    expect(statusOf(headOf(`${line}\r\n\r\n`))).toBe(status);
  });

  it.each([
    [99, false],
    [100, true],
    [101, false],
    [103, true],
    [199, true],
    [200, false],
  ])('of status %i is an interim one: %s', (status, is) => {
    expect(isInterim(headOf(`HTTP/1.1 ${String(status).padStart(3, '0')} x\r\n\r\n`))).toBe(is);
  });
});

describe('a request of a draft', () => {
  it.each([
    [['Sec-WebSocket-Key1: a', 'Sec-WebSocket-Key2: b'], ['Sec-WebSocket-Key1', 'Sec-WebSocket-Key2'], true],
    [['Sec-WebSocket-Draft: 2'], ['Sec-WebSocket-Draft'], true],
    [['Sec-WebSocket-Origin: a', 'Sec-WebSocket-Version: 8'], ['Sec-WebSocket-Origin'], true],
    [['Sec-WebSocket-Origin: a', 'Sec-WebSocket-Version: 13'], ['Sec-WebSocket-Origin'], false],
    [['Upgrade: WebSocket'], ['Upgrade'], true],
    [['Upgrade: websocket'], [], false],
    [['Upgrade: WebSocket', 'Sec-WebSocket-Key: a'], [], false],
    [['Upgrade: WebSocket', 'Sec-WebSocket-Version: 8'], [], false],
    [['Upgrade: WebSocket', 'Sec-WebSocket-Version: 13'], [], false],
  ])('%j is shown by %j', (lines, marks, speaks) => {
    const request = requestWith(...lines);
    expect(draftMarks(request).map(({ name }) => name)).toEqual(marks);
    expect(speaksDraft(request)).toBe(speaks);
  });

  it('is none for what a cut may hide', () => {
    expect(draftMarks(headOf('GET / HTTP/1.1\r\nUpgrade: WebSocket\r\n', { complete: false }))).toEqual([]);
  });
});

it('asks for the answer that RFC 6455 §1.3 shows, whatever key was asked about before', () => {
  for (const key of ['x3JJHMbDL1EzLkh9GBhXDw==', 'dGhlIHNhbXBsZSBub25jZQ==', 'x3JJHMbDL1EzLkh9GBhXDw==']) {
    const accept = key.startsWith('x') ? 'HSmrc0sMlYUkAGmm5OPpG2HaGWk=' : 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
    expect(acceptFor(key)).toBe(accept);
    expect(acceptFor(key)).toBe(accept);
  }
});

describe('octets that wait for the end of a head', () => {
  it.each([
    ['GET /\r\n\r\nmore', 9],
    ['GET /\n\nmore', 7],
    ['GET /\n\r\nmore', 8],
    ['\r\n\r\nGET /\r\n\r\n', 13],
    ['GET /\r\nA: b\r\n\r', -1],
    ['\n\n', -1],
    ['GET /\r\r\n', -1],
  ])('%j: it has %i octets, however they come', (text, length) => {
    const octets = octetsOfLatin1(text);
    for (const size of [1, 2, 3, octets.length]) {
      const sight = new Sight();
      let found = -1;
      for (let at = 0; at < octets.length; at += size) {
        sight.add(wholeOctets(octets.subarray(at, at + size)), 0);
        if (found < 0) found = sight.endOfHead();
      }
      expect([size, found]).toEqual([size, length]);
      expect([latin1Of(sight.known), sight.length, sight.cut]).toEqual([text, text.length, false]);
    }
  });

  it('are known up to the first that is hidden', () => {
    const sight = new Sight();
    sight.add(wholeOctets(octetsOfLatin1('xGET')), 1);
    sight.add(cutOctets(octetsOfLatin1(' /'), 5), 0);
    sight.add(wholeOctets(octetsOfLatin1('\r\n\r\n')), 0);
    expect([latin1Of(sight.known), sight.length, sight.cut, sight.endOfHead()]).toEqual(['GET /', 12, true, -1]);
    sight.forget();
    expect([sight.known.length, sight.length, sight.cut]).toEqual([0, 0, false]);
    sight.add(wholeOctets(octetsOfLatin1('A\n\nB')), 0);
    expect(sight.endOfHead()).toBe(3);
  });

  it('are cut where the length of a row is not known', () => {
    const sight = new Sight();
    sight.add({ known: octetsOfLatin1('GET'), length: 3, exact: false }, 0);
    expect(sight.cut).toBe(true);
  });
});
