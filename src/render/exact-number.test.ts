// Lengths above 2^53, which no double holds: each form gives them to the last digit.

import { describe, expect, it } from 'vitest';
import { readRows } from '../ingest/text/rows.ts';
import { BARE, renderLog } from './annotate/render-log.fixture.ts';
import { readNotation, writeNotation } from './notation/notations.fixture.ts';

const LENGTH = '9007199254740993';
const FRAME = '827f00200000000000016162';
const FRAME_ROW = `FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=${LENGTH}`;
const LOG = `${BARE}tx ${FRAME}\nTCP DROPPED BY ME\n`;
/** What a double makes of it. */
const ROUNDED = '9007199254740992';

describe('a length above 2^53', () => {
  it.each(['text', 'ndjson', 'markdown', 'html', 'sarif', 'github'])('is exact in %s', (form) => {
    const out = renderLog(form, LOG);
    expect(out).toContain(LENGTH);
    expect(out).not.toContain(ROUNDED);
  });

  it('is a number of NDJSON', () => {
    expect(renderLog('ndjson', LOG)).toContain(`"length":${LENGTH},`);
    const log = `${BARE}TX ${FRAME_ROW}, MASK=None\ntx ${FRAME}\n`;
    expect(renderLog('ndjson', log)).toContain(`"maskingKey":null,"length":${LENGTH},`);
  });

  it('survives other notations', () => {
    const log = readNotation(readRows, `${BARE}TX ${FRAME_ROW}, MASK=None\n`);
    expect(writeNotation(log, 'rows')).toContain(`PAYLOAD-LEN=${LENGTH},`);
    expect(writeNotation(log, 'autobahn-json')).toContain(LENGTH);
  });

  it('is compared to the last digit', () => {
    const differing = (length: string) => {
      const log = `${BARE}TX ${FRAME_ROW.replace(LENGTH, length)}, MASK=None\ntx ${FRAME}\n`;
      return renderLog('text', log).includes('log/decode-mismatch');
    };
    expect(differing(LENGTH)).toBe(false);
    expect(differing(ROUNDED)).toBe(true);
  });
});

it('a row is not said to hold more octets than can be counted', () => {
  expect(renderLog('text', `${BARE}TX OCTETS: 8200 ... LEN=${LENGTH}\n`)).toContain(
    `LEN=${LENGTH} is more octets than can be`,
  );
});
