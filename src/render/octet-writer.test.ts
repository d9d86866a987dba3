import { describe, expect, it } from 'vitest';
import { fixedText, OctetWriter } from './octet-writer.ts';

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

describe('an octet writer', () => {
  it.each([0, 1, 9, 10, 99, 100, 1234567890, 2 ** 31 - 1, 2 ** 31, 2 ** 40, -1, -0, 0.25, 1e21])(
    'writes %d as a string has it',
    (value) => {
      const to = new OctetWriter(1);
      to.number(value);
      expect(to.written.toString()).toBe(String(value));
    },
  );

  it('writes fixed text of any length, and what follows over what it wrote beyond', () => {
    for (let length = 0; length < 10; length++) {
      const text = '0123456789'.slice(0, length);
      const to = new OctetWriter(1);
      to.fixed(fixedText(text));
      to.fixed(fixedText('…'));
      to.text('end');
      expect(to.written.toString()).toBe(`${text}…end`);
    }
  });

  it('writes hex of an even and an odd number of octets', () => {
    const octets = Buffer.from(Array.from({ length: 257 }, (_, i) => i & 0xff));
    const to = new OctetWriter(1);
    const view = viewOf(octets);
    to.hex(view, 0, 257);
    to.octet(0x20);
    to.hex(view, 3, 5);
    to.hex(view, 5, 5);
    expect(to.written.toString()).toBe(`${octets.toString('hex')} 0304`);
  });

  it.each([0, 1, 0x7f_00_ff_01, -1, 0x8000_0000])('writes %d in eight digits', (value) => {
    const to = new OctetWriter(1);
    to.hex32(value);
    expect(to.written.toString()).toBe((value >>> 0).toString(16).padStart(8, '0'));
  });

  it('keeps what is written when it grows, and starts anew in other room', () => {
    const to = new OctetWriter(1);
    to.text('ü');
    to.add(Buffer.from('added '));
    to.copy(viewOf(Buffer.from('not copied')), 4, 10);
    expect(to.written.toString()).toBe('üadded copied');
    to.restart(Buffer.alloc(2));
    to.text('next');
    expect(to.written.toString()).toBe('next');
  });
});
