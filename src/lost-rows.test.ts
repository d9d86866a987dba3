// Logs of which something is lost, as the whole pipeline reads them.

import { describe, expect, it } from 'vitest';
import { annotateExample } from './rules/example.ts';

/** `rule certainty` of each annotation that is about more than the log, in the order of the rows. */
function judged(log: string): string[] {
  const annotations = annotateExample({ log }).rows.flatMap((row) => row.annotations);
  return annotations.filter(({ by }) => by !== null).map(({ rule, certainty }) => `${rule} ${certainty}`);
}

const FAULT = 'frame/opcode-reserved-data certain';
const END = 'FAILING CONNECTION\nTCP DROPPED BY ME';

describe('a reaction that may be in what is lost', () => {
  it.each([
    ['a row that cannot be read', 'rx 8802zz'],
    ['rows that are missing', '000 rx 8100\n003 rx 8100'],
    ['octets behind a cut', `rx 8a3e${'78'.repeat(62)} ... LEN=68`],
    ['octets while the log is switched off', 'WIRELOG DISABLED\nWIRELOG ENABLED'],
  ])('cannot be told: %s', (_, lost) => {
    expect(judged(`tx 838137fa213d56\n${lost}\n${END}`)).toContain('reaction/none cannot-tell');
    expect(judged(`tx 838137fa213d56\n${lost}\nTCP DROPPED BY PEER`)).not.toContain('reaction/close-omitted certain');
  });

  it('can be told where the loss was before the violation', () => {
    const log = `RX OCTETS: 81zz\nrx 8100\ntx 838137fa213d56\n${END}`;
    expect(judged(log)).toEqual([FAULT, 'reaction/none certain']);
  });

  it('has a code that cannot be told where that is cut off', () => {
    const close = `rx 823c${'61'.repeat(60)}8802 ... LEN=66`;
    expect(judged(`tx 838137fa213d56\n${close}\nTCP DROPPED BY PEER`)).toEqual([
      FAULT,
      'reaction/wrong-close-code cannot-tell',
    ]);
  });
});

describe('a log that begins late', () => {
  it('may begin inside a message', () => {
    const continuation = 'fragment/unexpected-continuation';
    expect(judged('# writer: client\nrx 80026c6f')).toEqual([`${continuation} cannot-tell`]);
    expect(judged('# writer: client\n# extensions: none\n005 rx 80026c6f')).toEqual([`${continuation} cannot-tell`]);
    expect(judged('# writer: client\n# extensions: none\nrx 80026c6f')).toEqual([`${continuation} certain`]);
  });

  it('is read from its first row on, whatever that is', () => {
    expect(judged('# writer: client\n# extensions: none\n005 rx a100')).toEqual(['frame/rsv-set certain']);
  });
});

describe('after a loss', () => {
  it('frames are found again where a row is nothing but whole frames', () => {
    const { rows } = annotateExample({ log: 'RX OCTETS: 81zz\nrx 6c6c6f\nrx 0000\nrx 81026869' });
    expect(rows.map(({ frames }) => frames.length)).toEqual([0, 0, 0, 1]);
  });

  it('the other direction goes on', () => {
    expect(judged('RX OCTETS: 81zz\ntx a18037fa213d')).toEqual(['frame/rsv-set certain']);
  });
});
