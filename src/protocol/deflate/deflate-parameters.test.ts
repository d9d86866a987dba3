import { describe, expect, it } from 'vitest';
import { type Extension, parseExtensions } from '../handshake/extension.ts';
import { deflateAnswer, parameterFaults, windowBits } from './deflate-parameters.ts';

function listOf(text: string): readonly Extension[] {
  return parseExtensions(text).extensions;
}

function only(parameters: string): Extension {
  return listOf(`permessage-deflate; ${parameters}`)[0] as Extension;
}

describe('the parameters of permessage-deflate', () => {
  it.each([
    ['server_no_context_takeover; client_no_context_takeover', [], []],
    ['server_no_context_takeover=1', ['takeover-value'], ['takeover-value']],
    ['client_no_context_takeover=""', ['takeover-value'], ['takeover-value']],
    ['server_max_window_bits', ['invalid-window-bits'], ['invalid-window-bits']],
    ['client_max_window_bits', [], ['invalid-window-bits']],
    ['server_max_window_bits=8; client_max_window_bits=15', [], []],
    ['server_max_window_bits=9; client_max_window_bits=10', [], []],
    ['server_max_window_bits=7', ['invalid-window-bits'], ['invalid-window-bits']],
    ['server_max_window_bits=16', ['invalid-window-bits'], ['invalid-window-bits']],
    ['client_max_window_bits=08', ['invalid-window-bits'], ['invalid-window-bits']],
    ['client_max_window_bits=150', ['invalid-window-bits'], ['invalid-window-bits']],
    ['foo; toString', ['unknown-param', 'unknown-param'], ['unknown-param', 'unknown-param']],
    [
      'client_max_window_bits; client_max_window_bits=7',
      ['duplicate-param'],
      ['invalid-window-bits', 'duplicate-param'],
    ],
  ])('%s: faults of an offer %j, of an answer %j', (text, ofOffer, ofAnswer) => {
    const faults = (kind: 'request' | 'response') => parameterFaults(only(text), kind).map(({ fault }) => fault);
    expect([faults('request'), faults('response')]).toEqual([ofOffer, ofAnswer]);
  });

  it.each([
    ['server_max_window_bits=10', 10],
    ['server_max_window_bits', null],
    ['server_max_window_bits=16', null],
    ['client_max_window_bits=10', null],
  ])('%s: the window of the server has %s bits', (text, bits) => {
    expect(windowBits(only(text), 'server_max_window_bits')).toBe(bits);
  });
});

describe('an answer to offers', () => {
  it.each([
    ['', '', 1, []],
    ['', '; client_max_window_bits=10', 0, ['client-bits-not-offered']],
    ['; client_max_window_bits', '; client_max_window_bits=10', 1, []],
    ['; client_max_window_bits=9', '; client_max_window_bits=10', 1, []],
    // Without a number it is a fault of its own.
    ['', '; client_max_window_bits', 1, []],
    ['; server_max_window_bits=10', '', 0, ['server-bits-too-large']],
    ['; server_max_window_bits=10', '; server_max_window_bits=11', 0, ['server-bits-too-large']],
    ['; server_max_window_bits=10', '; server_max_window_bits=10', 1, []],
    ['; server_max_window_bits=10', '; server_max_window_bits=16', 1, []],
    ['', '; server_max_window_bits=15', 1, []],
    ['; server_no_context_takeover', '', 0, ['server-takeover-missing']],
    ['; server_no_context_takeover', '; server_no_context_takeover', 1, []],
    ['', '; server_no_context_takeover', 1, []],
    // The last offer is kept, or each is broken in another way, or both in the same.
    ['; server_no_context_takeover, permessage-deflate', '', 1, []],
    ['; server_no_context_takeover, permessage-deflate; server_max_window_bits=9', '', 0, []],
    [
      '; server_no_context_takeover; server_max_window_bits=9, permessage-deflate; server_max_window_bits=9',
      '',
      0,
      ['server-bits-too-large'],
    ],
  ])('%j answered with %j keeps to %i of them, and breaks %j in all', (offer, answer, kept, unkept) => {
    const found = deflateAnswer(listOf(`permessage-deflate${offer}`), listOf(`foo, permessage-deflate${answer}`));
    expect([found?.kept.length, found?.unkept]).toEqual([kept, unkept]);
  });

  it('is compared with those that did not have to be declined', () => {
    const offers = listOf('foo, permessage-deflate; bar, permessage-deflate; client_max_window_bits');
    const found = deflateAnswer(offers, listOf('permessage-deflate; client_max_window_bits=10'));
    expect([found?.usable.map(({ at }) => at), found?.kept.length]).toEqual([[30], 1]);
    expect(deflateAnswer(listOf('permessage-deflate; bar'), listOf('permessage-deflate'))?.unkept).toEqual([]);
  });

  it('is none without an offer or an answer of permessage-deflate', () => {
    const deflate = listOf('permessage-deflate');
    expect(deflateAnswer(deflate, deflate)).not.toBe(null);
    expect(deflateAnswer(listOf('foo'), deflate)).toBe(null);
    expect(deflateAnswer(deflate, listOf('foo'))).toBe(null);
  });
});
