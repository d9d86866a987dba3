// What the rules leave open where the log does not tell: the rule, the row, and what is missing.

import { describe, expect, it } from 'vitest';
import { annotateExample } from '../judge/example.ts';
import { logOf, refused } from './kit/handshake-examples.ts';

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

  it('is whether a failure was unprovoked, while what has come refers to messages that may be no part of it', () => {
    const agreed = ['# writer: client', '# extensions: permessage-deflate; client_no_context_takeover'];
    const rows = ['tx c18737fa213dc5b2ecf4fefd21', 'tx 41859c51e07b6e51f17b9c', 'rx 880203ea'];
    expect(leftOpen(...agreed, ...rows)).toEqual(['reaction/unprovoked-failure 2: the rest of a compressed message']);
  });

  it('is whether a text that broke before its end was left without a reaction, where it ended only just now', () => {
    const rows = ['tx 018137fa213dc8 @1', 'tx 80815d0b8ea23c @5', 'TCP DROPPED BY ME @5.1'];
    expect(leftOpen(...rows)).toEqual(['reaction/none 0: a sign that there was time to react']);
  });

  it('is whether fragments may be interleaved, where an extension is agreed that nobody here knows', () => {
    const missing = 'what the extension foo defines';
    const rows = ['rx 010348656c', 'rx 010161', 'rx 80026c6f', 'rx 800162'];
    expect(leftOpen('# writer: client', '# extensions: foo', ...rows)).toContain(
      `fragment/new-message-inside-message 1: ${missing}`,
    );
  });

  it('is what RSV1 means where it has no place, where an extension is agreed that nobody here knows', () => {
    const agreed = ['# writer: client', '# extensions: permessage-deflate, foo'];
    const missing = 'what the extension foo defines';
    expect(leftOpen(...agreed, 'rx c900')).toEqual([`deflate/rsv1-on-control 0: ${missing}`]);
    expect(leftOpen(...agreed, 'rx 4100', 'rx c00100')).toEqual([`deflate/rsv1-on-continuation 1: ${missing}`]);
  });

  it('is whether the closing handshake was done, where the Closes may have crossed', () => {
    const says = "close/frame-after-handshake 2: whether the peer had read the writer's Close before it sent its own";
    expect(leftOpen('tx 88829c51e07b9fb9', 'rx 880203e9', 'rx 890161', DROPPED)).toEqual([says]);
    expect(leftOpen('tx 88829c51e07b9fb9', 'rx 880203e8', 'rx 890161', DROPPED)).toEqual([says]);
  });

  it('is whether TCP ended without a reason, where what came may have been one', () => {
    const drop = (missing: string) => [`close/abnormal-drop 1: ${missing}`];
    expect(leftOpen(...DEFLATED, 'tx 418137fa213d31', DROPPED)).toEqual(drop('the rest of a compressed message'));
    expect(leftOpen('tx 82fe', DROPPED)).toEqual(drop('the rest of a frame that was on its way'));
  });

  it('is whether a failure was unprovoked, where part of what came is not in the log', () => {
    const open = (missing: string, row: number) => [`reaction/unprovoked-failure ${row}: ${missing}`];
    const [lost, cut] = ['the octets that the log leaves out', 'payload octets that the log cuts off'];
    expect(leftOpen('tx 8180a1b2c3d4', 'TX OCTETS: 83zz', 'rx 880203ea')).toEqual(open(lost, 2));
    expect(leftOpen('tx 82be37fa213d5193534e43 ... LEN=68', 'rx 880203ef')).toEqual(open(cut, 1));
    expect(leftOpen(...DEFLATED, 'tx 41be37fa213dc5b2ec ... LEN=68', 'rx 880203ea')).toEqual(open(cut, 1));
  });

  it('is whether a Pong is missing that may follow, or have been on its way', () => {
    const says = 'ping/pong-missing 0: the end of the connection: a Pong for the Ping of row 0 may follow';
    const rows = ['tx 898537fa213d7f9f4d5158', 'tx 81859c51e07bd4348c17f3', 'rx 810548656c6c6f'];
    expect(leftOpen(...rows)).toContain(says);
    expect(leftOpen(...rows, 'TCP DROPPED BY ME')).toContain(says);
  });

  it('is whether an endpoint had read a Close when it ended TCP, whatever it sent in between', () => {
    const says = 'close/reply-missing 2: whether it had read the Close of row 0';
    expect(leftOpen('tx 888237fa213d3412', 'rx 8900', DROPPED)).toEqual([says]);
  });

  it('is whether an endpoint that closed first had waited long enough', () => {
    const patience = 'whether it gave up: the closing handshake took long';
    const first = (row: number) => [`close/client-dropped-first ${row}: ${patience}`];
    expect(leftOpen('tx 888237fa213d3412', 'rx 8900', 'rx 880203e8', 'TCP DROPPED BY ME')).toEqual(first(3));
    expect(leftOpen('tx 888237fa213d3412 @0', 'rx 880203e8 @5', 'TCP DROPPED BY ME @5.1')).toEqual(first(2));
    const server = ['# writer: server', '# extensions: none'];
    expect(leftOpen(...server, 'rx 888237fa213d3412', 'tx 8900', 'tx 880203e8', DROPPED)).toEqual(first(3));
    expect(leftOpen('rx 880203e8', 'tx 8180a1b2c3d4', DROPPED)).toEqual([
      'close/dropped-before-reply 2: how long it had waited for the answer to the Close of row 0',
    ]);
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

describe('what cannot be told of the opening handshake', () => {
  it('is whether a response lacks octets that may be lost with a reset', () => {
    const refusal = logOf(refused([], 'HTTP/1.1 403 Forbidden', 'Content-Length: 5'));
    expect(leftOpen(refusal, 'rx "abc"', 'TCP RESET BY PEER')).toEqual([
      'http/content-truncated 1: octets that were lost with the reset',
    ]);
  });

  it('is whether a server refused the version, where that is one of a draft that it may know', () => {
    const refusal = logOf(refused(['Sec-WebSocket-Version: 8'], 'HTTP/1.1 400 Bad Request'));
    expect(leftOpen(refusal)).toEqual(['response/version-list-missing 1: whether the server knows that version']);
  });
});

describe('what may be excused by something before the log', () => {
  const late = (...rows: readonly string[]) => leftOpen('# writer: client', '# extensions: none', ...rows);
  const says = 'what came before the log begins';

  it('is a violation without a reaction, or with one that is odd', () => {
    expect(late('004 tx 838137fa213d56 @1', '005 FAILING CONNECTION @9', '006 TCP DROPPED BY ME @9')).toContain(
      `reaction/none 4: ${says}`,
    );
    expect(late('004 tx 838137fa213d56', '005 rx 880203ef')).toEqual([`reaction/wrong-close-code 5: ${says}`]);
    expect(late('004 tx 838137fa213d56', '005 TCP DROPPED BY PEER')).toEqual([`reaction/close-omitted 5: ${says}`]);
  });

  it('is a Ping without its Pong', () => {
    expect(late('004 tx 89819c51e07bec @1', '005 tx 88825d0b8ea25ee3 @4', '006 rx 880203e8 @4.1')).toContain(
      `ping/pong-missing 4: ${says}`,
    );
  });
});

describe('what is not held against an endpoint that may have had another reason', () => {
  const severityOf = (rule: string, ...rows: readonly string[]) =>
    annotateExample({ log: rows.join('\n') })
      .rows.flatMap(({ annotations }) => annotations)
      .find((one) => one.rule === rule)?.severity;

  it('is the code of a Close: that of a limit, a policy, or trouble of its own', () => {
    const severity = (close: string) => severityOf('reaction/wrong-close-code', 'tx 838137fa213d56', `rx 8802${close}`);
    expect(['03f0', '03f1', '03f3'].map(severity)).toEqual(['note', 'note', 'note']);
    expect(severity('03ef')).toBe('warning');
  });

  it('is the code of a Close that may have crossed with the violation', () => {
    const severity = (...rows: readonly string[]) => severityOf('reaction/wrong-close-code', ...rows);
    const waited = 'DELAY TIMEOUT on TAG None';
    expect(severity('tx 838137fa213d56', waited, 'rx 880203e8')).toBe('warning');
    // It had begun its Close before; or only the one who closes waited.
    expect(severity('tx 838137fa213d56', 'rx 88', waited, 'rx 0203e8')).toBe('note');
    expect(severity('rx 8300', waited, 'tx 88829c51e07b9fb9')).toBe('note');
  });

  it('is what it was in the middle of, where the other one had broken a rule', () => {
    const fault = 'tx c18b00000001f248cdc8c907000100ffff';
    const of =
      (rule: string, begun: string) =>
      (...rows: readonly string[]) =>
        severityOf(rule, ...DEFLATED, begun, ...rows, DROPPED);
    const inFrame = of('phase/truncated-frame', 'rx 820261');
    const inMessage = of('phase/message-unfinished', 'rx 010161');
    expect([inFrame(), inMessage()]).toEqual(['warning', 'warning']);
    expect([inFrame(fault), inMessage(fault)]).toEqual(['note', 'note']);
  });

  it('is a failure without a fault, where no fragment asked to be accepted', () => {
    const severity = (...rows: readonly string[]) => severityOf('reaction/unprovoked-failure', ...rows);
    expect(severity('tx 818537fa213d7f9f4d5158', 'rx 880203ea')).toBe('warning');
    expect(severity('tx 018437fa213df940c080', 'rx 880203ef')).toBe('error');
  });
});
