import { describe, expect, it } from 'vitest';
import { readingOf, readReportText, textAsMeant } from './report-text.ts';

/** Whether the text may stand for this payload, all of which is known. */
function isShownBy(shown: string, payload: Uint8Array, isBinary = false): boolean {
  return readingOf(readReportText(shown, isBinary), { known: payload, length: payload.length }) !== undefined;
}

describe('the text of a report', () => {
  it('stands for its own octets', () => {
    expect(isShownBy('hello', Buffer.from('hello'))).toBe(true);
    expect(isShownBy('hello', Buffer.from('hellO'))).toBe(false);
    expect(isShownBy('hello', Buffer.from('hello!'))).toBe(false);
  });

  it('in hex stands for the octets or, where somebody sent that, for the digits', () => {
    expect(isShownBy('0x6869', Buffer.from('hi'))).toBe(true);
    expect(isShownBy('0x6869', Buffer.from('0x6869'))).toBe(true);
    expect(isShownBy('0x686', Buffer.from('h'))).toBe(false);
  });

  it('in hex is shown as text where it is UTF-8', () => {
    expect(readReportText('0x6869', false)).toMatchObject({ text: 'hi', isHexOfText: true });
    expect(readReportText('0xff', false)).toMatchObject({ text: '0xff', isHexOfText: false });
  });

  it('stands for a longer payload where it is cut', () => {
    const cut = `${'a'.repeat(64)} ...`;
    expect(isShownBy(cut, Buffer.from('a'.repeat(100)))).toBe(true);
    expect(isShownBy(cut, Buffer.from(`${'a'.repeat(63)}b${'a'.repeat(36)}`))).toBe(false);
  });

  it('may itself end in what looks like the ellipsis', () => {
    expect(isShownBy('a ...', Buffer.from('a ...'))).toBe(true);
    expect(isShownBy('a ...', Buffer.from('a'.repeat(100)))).toBe(false);
  });

  it('may show a surrogate pair that was written as two characters', () => {
    expect(isShownBy('\u{1f600}', Buffer.from('f09f9880', 'hex'))).toBe(true);
    expect(isShownBy('\u{1f600}', Buffer.from('eda0bdedb880', 'hex'))).toBe(true);
  });

  it('may show the octets of UTF-8 one character each', () => {
    expect(isShownBy('\xc3\xa9', Buffer.from('é'))).toBe(true);
    expect(textAsMeant('\xc3\xa9')).toBe('é');
    expect(textAsMeant('é')).toBe('é');
  });

  it('may so be cut inside a character', () => {
    const payload = Buffer.from('é'.repeat(40)).subarray(1);
    const odd = Buffer.concat([Buffer.from('a'), Buffer.from('é'.repeat(40))]);
    expect(isShownBy(`${odd.subarray(0, 64).toString('latin1')} ...`, odd)).toBe(true);
    expect(isShownBy(`${payload.subarray(0, 64).toString('latin1')} ...`, payload)).toBe(false);
  });

  it('shows a binary payload one character an octet, whatever it is', () => {
    expect(isShownBy('\xff\xfe', Uint8Array.of(0xff, 0xfe), true)).toBe(true);
    expect(isShownBy('\xff\xfe', Uint8Array.of(0xff, 0xfe), false)).toBe(false);
  });
});
