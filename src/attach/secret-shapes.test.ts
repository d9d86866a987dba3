import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuSeconds } from '../model/cpu-time.fixture.ts';
import { namedIn } from './named-values.ts';
import { tokensIn } from './secret-shapes.ts';
import { attachmentOf, logIn } from './whole-log.fixture.ts';

/** Pieces of which patterns are made, and what stands in their way. */
const PIECES = [
  ...'AKIA ghp_ sk- eyJ hbGci . - _ a Z 9 = : => %3D %3a %22 " \' \\" \\n \\u0041 &quot; { [ } ] , ; & / @'.split(' '),
  ' ',
  '\n',
  'token',
  'password',
  'Authorization',
  'key',
  'a'.repeat(70),
  'secretsecret1',
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((parts) => parts.join(''));

describe('the search for secrets', () => {
  it('finds the same wherever in a long text a secret stands', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 200 }), (piece, count) => {
        const before = `${'a'.repeat(count)} `;
        const moved = (ranges: readonly (readonly [number, number])[], by: number) =>
          ranges.map(([from, to]) => [from + by, to + by]);
        expect(namedIn(`${before}\n${piece}`)).toEqual(moved(namedIn(`\n${piece}`), before.length));
        expect(tokensIn(`${before}\n${piece}`)).toEqual(moved(tokensIn(`\n${piece}`), before.length));
      }),
      { numRuns: 2000 },
    );
  });

  it('knows tokens by their form, not inside a word', () => {
    const found = (one: string) => tokensIn(one).map(([from, to]) => one.slice(from, to));
    expect(found('x AKIA0123456789AB y')).toEqual(['AKIA0123456789AB']);
    expect(found('xAKIA0123456789AB')).toEqual([]);
    expect(found('xAKIA-ghp_0123456789')).toEqual(['ghp_0123456789']);
    expect(found('xeyJhbGciOi.abc.def')).toEqual(['eyJhbGciOi.abc.def']);
    expect(found('%41AKIA0123456789AB')).toEqual(['AKIA0123456789AB']);
  });

  it.each([
    ['letters', 'a'],
    ['tokens within a word', 'AKIA'],
    ['signs', '='],
    ['names and signs', 'a='],
    ['blanks before a sign', '  :'],
  ])('takes time in proportion to a text of %s', (_, piece) => {
    const seconds = (size: number) => {
      const long = `x${piece.repeat(size / piece.length)}`;
      return cpuSeconds(() => {
        namedIn(long);
        tokensIn(long, true);
      });
    };
    seconds(1 << 18);
    expect(seconds(1 << 21)).toBeLessThan(10);
  });
});

describe('compressed messages', () => {
  it('are hidden where they are too long to be searched, and that is said', () => {
    const size = 40 << 20;
    const whole = deflateRawSync(Buffer.alloc(size, 'a'), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    const header = Buffer.from([0xc2, 126, whole.length >> 8, whole.length & 255]);
    const message = `rx ${header.toString('hex')}${whole.toString('hex')}`;
    const text = `# wirelog 1\n# writer: client\n# extensions: permessage-deflate\n${message}\n${message}\n`;
    const { redactions, judged } = attachmentOf(logIn(text));
    expect(redactions?.map(({ what, rows }) => [what, rows])).toEqual([
      ['secrets in payloads, and compressed messages that are too long to be searched', [1]],
    ]);
    expect(judged.annotated[0]?.frames[0]?.message?.inflation?.octets.subarray(0, 4)).toEqual(Buffer.from('aaaa'));
  }, 60_000);
});
