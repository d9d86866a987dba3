import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexColumn, hexdump, hexdumpWidth, textColumn } from './hexdump.ts';

describe('hexdump', () => {
  it('shows address, octets and text', () => {
    expect(hexdump(Buffer.from('Hello, world: 12345'))).toEqual([
      '00000000: 48 65 6c 6c 6f 2c 20 77 6f 72 6c 64 3a 20 31 32    Hello, world: 12',
      '00000010: 33 34 35                                           345',
    ]);
  });

  it('shows nothing for no octets', () => {
    expect(hexdump(new Uint8Array())).toEqual([]);
  });

  it('reads a bare Uint8Array as octets, not as text', () => {
    expect(hexdump(Uint8Array.of(0xff, 0xfe))[0]).toContain(' ff fe ');
  });

  it('counts from the given address, also above 32 bits', () => {
    expect(hexdump(Uint8Array.of(1), { from: 0x40 })[0]).toMatch(/^00000040: 01 /);
    expect(hexdump(Uint8Array.of(1), { from: 2 ** 32 + 16 })[0]).toMatch(/^00000010: 01 /);
  });

  it('puts every octet where it says, in printable ASCII only', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 70 }),
        fc.constantFrom(2, 4, 8, 16, 32),
        (octets, perLine) => {
          const lines = hexdump(octets, { perLine });
          expect(lines).toHaveLength(Math.ceil(octets.length / perLine));
          for (const [at, octet] of octets.entries()) {
            const line = lines[Math.floor(at / perLine)] ?? '';
            const column = hexColumn(at % perLine);
            expect(line.slice(column, column + 2)).toBe(octet.toString(16).padStart(2, '0'));
            const isPrintable = octet >= 0x20 && octet < 0x7f;
            expect(line[textColumn(at % perLine, perLine)]).toBe(isPrintable ? String.fromCharCode(octet) : '.');
          }
          for (const line of lines) {
            expect(line).toMatch(/^[ -~]*$/);
            expect(line.length).toBeLessThanOrEqual(hexdumpWidth(perLine));
          }
        },
      ),
    );
  });
});
