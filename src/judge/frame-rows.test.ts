import { describe, expect, it } from 'vitest';
import { readLog } from '../ingest/read-log.fixture.ts';
import { readRows } from '../ingest/text/rows.ts';
import type { LogHeader } from '../model/row.ts';
import { annotate } from './annotate.ts';

function judged(text: string, window?: number) {
  const { headers, rows } = readLog(readRows, text);
  const annotator = annotate(headers[0] as LogHeader, window === undefined ? {} : { window });
  const out = [...rows.flatMap((row) => annotator.push(row)), ...annotator.end().rows];
  return {
    frames: out.flatMap(({ frames }) =>
      frames.map(({ frame }) => `${frame.direction} ${frame.opcode} ${frame.length} ${frame.via}`),
    ),
    messages: out.flatMap(({ frames }) => frames.flatMap(({ message }) => (message ? [message.length] : []))),
    certain: out.flatMap(({ annotations }) =>
      annotations.filter((one) => one.certainty === 'certain').map((one) => one.rule),
    ),
    unsure: out.flatMap(({ annotations }) =>
      annotations.filter((one) => one.certainty !== 'certain').map((one) => one.rule),
    ),
  };
}

const HEAD = '# wirelog 1\n# writer: client\n# extensions: none\n';
const frame = (direction: 'RX' | 'TX', opcode: number, payload: string, more: { fin?: string; mask?: string } = {}) => {
  const { fin = 'True', mask = 'None' } = more;
  const own =
    direction === 'RX'
      ? `MASKED=${mask}, MASK=None`
      : `MASKED=${mask}, MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False`;
  const head = `${direction} FRAME : OPCODE=${opcode}, FIN=${fin}, RSV=0, PAYLOAD-LEN=${payload.length}, ${own}`;
  return payload === '' ? `${head}\n` : `${head}\n               ${payload}\n`;
};

describe('a direction without any octet row', () => {
  it('takes its frames from the frame rows, and judges what they tell', () => {
    const { frames, messages, certain } = judged(
      `${HEAD}${frame('TX', 9, 'a')}${frame('RX', 10, 'a')}${frame('RX', 1, 'b', { fin: 'False' })}${frame('RX', 1, 'c')}`,
    );
    expect(frames).toEqual(['tx 9 1 row', 'rx 10 1 row', 'rx 1 1 row', 'rx 1 1 row']);
    expect(messages).toEqual([1]);
    expect(certain).toEqual(['fragment/new-message-inside-message']);
  });

  it('says once that masks and the form of lengths cannot be told', () => {
    const { certain, unsure } = judged(HEAD + frame('TX', 1, 'a') + frame('TX', 1, 'b') + frame('RX', 1, 'c'));
    expect(certain).toEqual([]);
    expect(unsure.filter((rule) => rule.startsWith('frame/'))).toEqual([
      'frame/length-not-minimal',
      'frame/mask-missing',
    ]);
  });

  it('charges a mask that the log tells', () => {
    expect(judged(HEAD + frame('RX', 1, 'a', { mask: 'True' })).certain).toEqual(['frame/mask-present']);
  });

  it('does not guess a role from a mask that is not known', () => {
    expect(judged(`# extensions: none\n${frame('RX', 1, 'a')}`).certain).toEqual([]);
  });

  it('does not prove that nothing was wrong: a program may not log what it refuses', () => {
    const close =
      'TX FRAME : OPCODE=8, FIN=True, RSV=0, PAYLOAD-LEN=2, MASKED=None, MASK=None\n               0x03ea\n';
    const { certain, unsure } = judged(HEAD + frame('RX', 1, 'a') + close);
    expect(certain).toEqual([]);
    expect(unsure).toContain('reaction/unprovoked-failure');
  });

  it('may stand beside one that has octets', () => {
    const { frames } = judged(`${HEAD}${frame('TX', 9, 'a')}rx 8a0161\n`);
    expect(frames).toEqual(['tx 9 1 row', 'rx 10 1 octets']);
  });

  it('waits only so long for octets', () => {
    const { frames } = judged(HEAD + frame('RX', 1, 'a').repeat(5000), 10);
    expect(frames).toHaveLength(5000);
    expect(frames.at(-1)).toBe('rx 1 1 row');
  });
});

describe('a direction with octets', () => {
  it('takes no frame from a row, also where the rows come first', () => {
    const rows = frame('RX', 1, 'a', { mask: 'False' });
    expect(judged(`${HEAD}${rows}rx 810161\n${rows}`).frames).toEqual(['rx 1 1 octets']);
  });
});
