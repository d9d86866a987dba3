import { describe, expect, it } from 'vitest';
import { cpuSeconds } from '../../model/cpu-time.fixture.ts';
import { hexOf } from '../../model/octets.ts';
import { octetsOfPaste } from './hex.ts';

function pasted(text: string): string {
  const octets = octetsOfPaste(text);
  return typeof octets === 'string' ? `refused: ${octets}` : hexOf(octets);
}

const HELLO = '810548656c6c6f';
const DIGITS = `8128${Buffer.from('0123456789'.repeat(4)).toString('hex')}`;

describe('a paste', () => {
  it.each([
    ['lines of digits', '8105\n48656c6c6f\n'],
    ['a run broken within an octet', '81054\n8656c\n6c6f'],
    ['groups', '8105 4865 6c6c 6f'],
    ['colons', '81:05:48:65:\n6c:6c:6f'],
    ['a list', '- 81 05 48\n- 65 6c 6c 6f'],
    ['one digit after 0x', '0x81 0x5 0x48 0x65 0x6c 0x6c 0x6f'],
    ['what Node prints', '<Buffer 81 05 48>\n<Buffer 65 6c 6c 6f>'],
    ['what Node prints of a list', '[ <Buffer 81 05 48>, <Buffer 65 6c 6c 6f> ]'],
    ['an array as Node prints it', 'Uint8Array(7) [\n  129,   5, 72, 101,\n  108, 108, 111\n]'],
    ['a C array', 'unsigned char hello[7] = {\n  0x81, 0x05, 0x48,\n  0x65, 0x6c, 0x6c, 0x6f,\n};'],
    ['comments', '81 05 # 2 octets\n48 65 6c 6c 6f // the payload'],
    ['an end left out', '81 05 48 65 6c 6c 6f ...'],
  ])('of %s is read', (_, text) => {
    expect(pasted(text)).toBe(HELLO);
  });

  it.each([
    ['numbers', `1: ${HELLO}\n2: ${HELLO}`, 'line 1: ":" among the octets'],
    ['numbers of two digits', `01: ${HELLO}\n02: ${HELLO}`, 'line 1: ":" among the octets'],
    ['numbers without a colon', `1 ${HELLO}\n2 ${HELLO}`, 'line 1: "1", 1 hex digit: an octet takes two'],
    ['numbers before decimals', '1 81 25\n2 81 25', 'line 1: "1", 1 hex digit: an octet takes two'],
    ['list numbers', `1) ${HELLO}\n2) ${HELLO}`, 'line 1: a bracket among the octets'],
    ['sizes', `[11] ${HELLO}`, 'a bracket among the octets'],
    ['letters', `A: ${HELLO}\nB: ${HELLO}`, 'line 1: ":" among the octets'],
    ['times', '12:00:01 81 05 48 65 6c 6c 6f', '":" among the octets'],
    ['dates', '81 05\n2026-11-22 48 65 6c 6c 6f', 'line 2: "-" among the octets'],
    ['arrows', `-> ${HELLO}\n<- ${HELLO}`, 'line 1: an arrow'],
    ['offsets that count nothing', `0000: ${HELLO}\n0020: ${HELLO}`, 'line 2: the offset does not count'],
    ['offsets, and the lines between left out', '0000  0000\n*\n0020  0000', 'line 2: lines that repeat are left out'],
    ['an offset with one blank behind it', '0000 81 05 48 65', '"0000" may be an offset'],
    ['half an octet', '81 00 880 20 3e8', '"880", 3 hex digits: an octet takes two'],
    ['octets left out', '81 05 48 ... 6c 6f', '"..." is not hex digits'],
    ['words', `${HELLO}\nadded more`, 'line 2: "more" is not hex digits'],
  ])('with %s is refused', (_, text, why) => {
    expect(pasted(text)).toMatch(/^refused: /);
    expect(pasted(text)).toContain(why);
  });

  it.each([' ', '8', '81 ', '-', '[', '0000  81\n', 'char '])('of %j very often takes no time', (unit) => {
    const seconds = cpuSeconds(() => {
      for (const end of ['', 'x', '"']) octetsOfPaste(`81${unit.repeat(200_000)}${end}`);
    });
    expect(seconds).toBeLessThan(5);
  });
});

// The programs' own words for one frame, whose payload of digits makes a column that looks like octets.
const DUMPS: Readonly<Record<string, string>> = {
  xxd: `00000000: 8128 3031 3233 3435 3637 3839 3031 3233  .(01234567890123
00000010: 3435 3637 3839 3031 3233 3435 3637 3839  4567890123456789
00000020: 3031 3233 3435 3637 3839                 0123456789`,
  'xxd -g1 -c8': `00000000: 81 28 30 31 32 33 34 35  .(012345
00000008: 36 37 38 39 30 31 32 33  67890123
00000010: 34 35 36 37 38 39 30 31  45678901
00000018: 32 33 34 35 36 37 38 39  23456789
00000020: 30 31 32 33 34 35 36 37  01234567
00000028: 38 39                    89`,
  'xxd -d': `00000000: 8128 3031 3233 3435 3637 3839 3031 3233  .(01234567890123
00000016: 3435 3637 3839 3031 3233 3435 3637 3839  4567890123456789
00000032: 3031 3233 3435 3637 3839                 0123456789`,
  'hexdump -C': `00000000  81 28 30 31 32 33 34 35  36 37 38 39 30 31 32 33  |.(01234567890123|
00000010  34 35 36 37 38 39 30 31  32 33 34 35 36 37 38 39  |4567890123456789|
00000020  30 31 32 33 34 35 36 37  38 39                    |0123456789|
0000002a`,
  'od -t x1': `0000000 81 28 30 31 32 33 34 35 36 37 38 39 30 31 32 33
0000020 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39
0000040 30 31 32 33 34 35 36 37 38 39
0000052`,
  'od -A x -t x1z': `000000 81 28 30 31 32 33 34 35 36 37 38 39 30 31 32 33  >.(01234567890123<
000010 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39  >4567890123456789<
000020 30 31 32 33 34 35 36 37 38 39                    >0123456789<
00002a`,
  'tcpdump -X': `\t0x0000:  8128 3031 3233 3435 3637 3839 3031 3233  .(01234567890123
\t0x0010:  3435 3637 3839 3031 3233 3435 3637 3839  4567890123456789
\t0x0020:  3031 3233 3435 3637 3839                 0123456789`,
  Wireshark: `0000   81 28 30 31 32 33 34 35 36 37 38 39 30 31 32 33   .(01234567890123
0010   34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39   4567890123456789
0020   30 31 32 33 34 35 36 37 38 39                     0123456789`,
};

const WORDS: Readonly<Record<string, string>> = {
  hexdump: `0000000 2881 3130 3332 3534 3736 3938 3130 3332
0000010 3534 3736 3938 3130 3332 3534 3736 3938
0000020 3130 3332 3534 3736 3938
000002a`,
  'hexdump of one octet': '0000000 0081\n0000001',
  'od -x': `0000000 2881 3130 3332 3534 3736 3938 3130 3332
0000020 3534 3736 3938 3130 3332 3534 3736 3938
0000040 3130 3332 3534 3736 3938
0000052`,
  'xxd -e': `00000000: 31302881 35343332 39383736 33323130  .(01234567890123
00000010: 37363534 31303938 35343332 39383736  4567890123456789
00000020: 33323130 37363534     3938           0123456789`,
};

describe('a dump', () => {
  it.each(Object.entries(DUMPS))('of %s gives its octets, and the column beside them none', (_, text) => {
    expect(pasted(text)).toBe(DIGITS);
    expect(pasted(`${text.replaceAll('\n', '\r\n')}\r\n`)).toBe(DIGITS);
  });

  it.each(Object.entries(DUMPS))('of %s may be of the first line alone', (name, text) => {
    const [first = ''] = text.split('\n');
    const alone = pasted(first);
    if (name.startsWith('od')) expect(alone).toMatch(/^refused/);
    else expect(DIGITS.startsWith(alone) && alone.length >= 16).toBe(true);
  });

  it.each(Object.entries(WORDS))('of %s, words that are turned round, is refused', (_, text) => {
    expect(pasted(text)).toMatch(/^refused: line \d: /);
  });

  it('that begins again may be of the other direction', () => {
    expect(pasted(`${DUMPS['Wireshark']}\n${DUMPS['Wireshark']}`)).toBe(
      'refused: line 4: the offset does not count the octets before it',
    );
  });

  it('may have no column, or one that is framed', () => {
    expect(pasted('0000  81 05 48 65 6c 6c 6f')).toBe(HELLO);
    expect(pasted('0000  81 05 48 65 6c 6c 6f  |..Hello|')).toBe(HELLO);
    expect(pasted('00000000: 7c61 7c62 7c                             |a|b|')).toBe('7c617c627c');
    expect(pasted('00000000: 20 34 35 20   45 ')).toBe('20343520');
  });
});
