import { describe, expect, it } from 'vitest';
import { deflateAgreement, parseExtensions } from './extension.ts';

describe('a list of extensions', () => {
  it('is read with the places of its parts', () => {
    expect(parseExtensions('foo; a=1;b="x;\\"y" , bar')).toEqual({
      extensions: [
        {
          name: 'foo',
          at: 0,
          end: 18,
          parameters: [
            { name: 'a', value: '1', quoted: false, at: 5, end: 8 },
            { name: 'b', value: 'x;"y', quoted: true, at: 9, end: 18 },
          ],
        },
        { name: 'bar', at: 21, end: 24, parameters: [] },
      ],
      brokenAt: null,
    });
  });

  it('may have empty elements', () => {
    const { extensions, brokenAt } = parseExtensions(', ,\tfoo,, bar, ');
    expect(extensions.map(({ name, at, end }) => [name, at, end])).toEqual([
      ['foo', 4, 7],
      ['bar', 10, 13],
    ]);
    expect(brokenAt).toBe(null);
  });

  it.each([
    ['', 0],
    [' , ', 0],
    ['foo;', 3],
    ['foo; a=', 6],
    ['foo bar', 4],
    ['foo, =', 5],
  ])('%j stops making sense at %i', (text, at) => {
    expect(parseExtensions(text).brokenAt).toBe(at);
  });
});

describe('what an element of a response agrees on', () => {
  function agreed(text: string) {
    const [element] = parseExtensions(text).extensions;
    return element && deflateAgreement(element);
  }

  it('is context takeover and the largest windows where it does not say otherwise', () => {
    expect(agreed('permessage-deflate')).toEqual({
      clientNoContextTakeover: false,
      serverNoContextTakeover: false,
      clientMaxWindowBits: 15,
      serverMaxWindowBits: 15,
    });
  });

  it('is what it says of each side', () => {
    expect(agreed('permessage-deflate; client_no_context_takeover; server_max_window_bits=8')).toMatchObject({
      clientNoContextTakeover: true,
      serverNoContextTakeover: false,
      clientMaxWindowBits: 15,
      serverMaxWindowBits: 8,
    });
  });

  it('is the first of two windows', () => {
    const bits = 'client_max_window_bits=9; client_max_window_bits=10';
    expect(agreed(`permessage-deflate; ${bits}`)?.clientMaxWindowBits).toBe(9);
  });

  it.each(['7', '16', 'ten', '""'])('is the largest window where it says %s', (bits) => {
    expect(agreed(`permessage-deflate; client_max_window_bits=${bits}`)?.clientMaxWindowBits).toBe(15);
  });
});
