// What the rules leave open where the log does not tell: the rule, the row, and what is missing.

import { describe, expect, it } from 'vitest';
import { annotateExample } from '../judge/example.ts';

function leftOpen(...rows: readonly string[]): string[] {
  const all = annotateExample({ log: rows.join('\n') }).rows.flatMap(({ annotations }) => annotations);
  const open = all.filter(({ certainty, rule }) => certainty === 'cannot-tell' && rule !== 'log/truncated');
  return open.map(({ rule, row, missing }) => `${rule} ${row}: ${missing}`);
}

const DEFLATED = ['# writer: client', '# extensions: permessage-deflate'];
const DROPPED = 'TCP DROPPED BY PEER';

describe('what cannot be told', () => {
  it('is whether a failure was unprovoked, while a compressed message is open', () => {
    const says = 'reaction/unprovoked-failure 1: the rest of a compressed message';
    // A reserved type of block; text that is no UTF-8; the same in a frame that is not finished.
    expect(leftOpen(...DEFLATED, 'tx 418137fa213d31', 'rx 880203ef', DROPPED)).toEqual([says]);
    expect(leftOpen(...DEFLATED, 'tx 418e37fa213d7db66bc3c8c504083afa213dc805', 'rx 880203ef', DROPPED)).toEqual([
      says,
    ]);
    expect(leftOpen(...DEFLATED, 'tx c18537fa213d31', 'rx 880203ef', DROPPED)).toEqual([says]);
  });

  it('is whether the closing handshake was done, where the Closes may have crossed', () => {
    const says = "close/frame-after-handshake 2: whether the peer had read the writer's Close before its own";
    expect(leftOpen('tx 88829c51e07b9fb9', 'rx 880203e9', 'rx 890161', DROPPED)).toEqual([says]);
    expect(leftOpen('tx 88829c51e07b9fb9', 'rx 880203e8', 'rx 890161', DROPPED)).toEqual([says]);
  });

  it('is whether TCP ended without a reason, where what came may have been one', () => {
    const drop = (missing: string) => [`close/abnormal-drop 1: ${missing}`];
    expect(leftOpen(...DEFLATED, 'tx 418137fa213d31', DROPPED)).toEqual(drop('the rest of a compressed message'));
    expect(leftOpen('tx 82fe', DROPPED)).toEqual(drop('the rest of a frame that was on its way'));
  });

  it('is whether a reset was called for, where the answer to a Close may have gone unread', () => {
    const says = 'close/tcp-reset 2: the octets that the log leaves out';
    expect(leftOpen('tx 888237fa213d3412', 'WIRELOG DISABLED', 'TCP RESET BY PEER')).toContain(says);
  });

  it('is whether a Ping was read, where there was time only before it and behind the Close', () => {
    const rows = ['tx 89819c51e07bec', 'tx 88825d0b8ea25ee3', 'rx 880203e8'];
    const waits = ['DELAY TIMEOUT on TAG A', 'DELAY TIMEOUT on TAG B'] as const;
    expect(leftOpen(waits[0], ...rows, waits[1])).toEqual([
      'ping/pong-missing 1: whether it had read the Ping of row 1',
    ]);
  });

  it('is whether a violation would have been answered, where there was no time to', () => {
    const says = 'reaction/none 0: a sign that there was time to react';
    expect(leftOpen('tx 838537fa213d7f9f4d5158', 'TCP DROPPED BY ME')).toEqual([says]);
    expect(leftOpen('tx 818137fa213dc8', 'TCP DROPPED BY ME')).toEqual([says]);
    // In a text that is not finished the fault may wait for the end of it.
    const open = 'reaction/none 0: the end of the text that broke';
    expect(leftOpen('tx 018137fa213dc8', 'TCP DROPPED BY ME')).toEqual([open]);
  });

  it('is whether a Close was answered, where the answer may be lost with a reset', () => {
    const says = 'close/reply-missing 2: octets that were lost with the reset';
    expect(leftOpen('tx 888237fa213d3412', 'tx 898037fa213d', 'TCP RESET BY PEER')).toContain(says);
  });
});
