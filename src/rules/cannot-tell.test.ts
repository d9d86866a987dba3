// What the rules leave open where the log does not tell: the rule, the row, and what is missing.

import { describe, expect, it } from 'vitest';
import { annotateExample } from '../judge/example.ts';
import { logOf, refused, request, response } from './kit/handshake-examples.ts';

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

  it('is who spoke first, where the 101 answers a key that stands behind it', () => {
    const asked = logOf(request());
    const answer = logOf(response()).slice(asked.length + 1);
    expect(leftOpen(answer, asked)).toEqual(['phase/server-data-before-request 0: the order of the rows']);
  });

  it('is whether an endpoint waited for the answer to a Close that stands behind its end of TCP', () => {
    const rows = ['rx 810161', DROPPED, 'rx 880203e8'];
    expect(leftOpen('# writer: client', '# extensions: none', ...rows)).toContain(
      'close/dropped-before-reply 1: the order of the rows',
    );
  });

  it('is whether a failure was unprovoked, where frames came before the 101', () => {
    const asked = logOf(request());
    const answer = logOf(response()).slice(asked.length + 1);
    expect(leftOpen(asked, 'tx a18037fa213d', answer, 'rx 880203ea')).toContain(
      'reaction/unprovoked-failure 3: how frames were taken that came before the 101',
    );
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

  it('is whether a Close names an extension that was offered, where the log cuts off the request', () => {
    const request = 'TX OCTETS: 474554202f20485454502f312e310d0a ... LEN=200';
    const answer = logOf(response()).split('\n')[1] ?? '';
    expect(leftOpen('# writer: client', request, answer, 'tx 888537fa213d3408475258')).toContain(
      'close/1010-without-extensions 2: the offer of the opening handshake',
    );
  });

  it('is whether a client had taken the 101 when it left, where the server had hardly waited', () => {
    const pair = logOf(response()).replaceAll(/^./gm, (letter) => (letter === 't' ? 'r' : 't'));
    const left = (waited: string) =>
      leftOpen('# writer: server', `${pair} @0`, `DELAY TIMEOUT on TAG A ${waited}`, 'tx 810161 @1', `${DROPPED} @1`);
    expect(left('@0.1')).toEqual(['close/abnormal-drop 4: whether the client had accepted the 101']);
    expect(left('@0.9')).toEqual([]);
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
    const says = (row: number) => [`ping/pong-missing ${row}: whether it had read the Ping of row ${row}`];
    expect(leftOpen(waits[0], ...rows, waits[1])).toEqual(says(1));
    const [ping = '', own = '', close = ''] = rows;
    const timed = (over: string) => [`${ping} @1`, `${waits[0]} ${over}`, `${own} @1.7`, `${close} @1.8`];
    expect(leftOpen(...timed('@1.6'))).toEqual([]);
    expect(leftOpen(...timed('@1.1'))).toEqual(says(0));
  });

  it('is whether a violation would have been answered, where there was no time to', () => {
    const says = 'reaction/none 0: a sign that there was time to react';
    expect(leftOpen('tx 838537fa213d7f9f4d5158', 'TCP DROPPED BY ME')).toEqual([says]);
    expect(leftOpen('tx 818137fa213dc8', 'TCP DROPPED BY ME')).toEqual([says]);
    // In a text that is not finished the fault may wait for the end of it.
    const open = 'reaction/none 0: the end of the text that broke';
    expect(leftOpen('tx 018137fa213dc8', 'TCP DROPPED BY ME')).toEqual([open]);
  });

  it('is whether an endpoint inside a frame would have answered a violation when that was over', () => {
    const says = ['reaction/none 0: a sign that there was time to react'];
    expect(leftOpen('tx 838137fa213d56', 'rx 88', 'FAILING CONNECTION', 'TCP DROPPED BY ME')).toEqual(says);
    const rows = ['tx 838137fa213d56 @0', 'rx 827e010061 @0.1', 'FAILING CONNECTION @9', 'TCP DROPPED BY ME @9'];
    expect(leftOpen(...rows)).toContain(says[0]);
  });

  it('is whether a Close was answered, where the answer may be lost with a reset', () => {
    const says = 'close/reply-missing 2: octets that were lost with the reset';
    expect(leftOpen('tx 888237fa213d3412', 'tx 898037fa213d', 'TCP RESET BY PEER')).toContain(says);
  });

  it('is whether a Close was owed, where what came before it may have been a reason to fail', () => {
    const says = 'close/reply-missing 2: the rest of a compressed message';
    const rows = ['tx 418137fa213d31', 'tx 88829c51e07b9fb9 @0', `${DROPPED} @2.5`];
    expect(leftOpen(...DEFLATED, ...rows)).toEqual([says]);
  });

  it('is whether the writer had come to read a Close when its timer ran out', () => {
    const says = 'close/reply-missing 2: whether it had read the Close of row 0';
    expect(leftOpen('rx 880203e8', 'FAILING CONNECTION', 'TCP DROPPED BY ME')).toEqual([says]);
    expect(leftOpen('rx 880203e8 @0', 'FAILING CONNECTION @3', 'TCP DROPPED BY ME @3')).toEqual([]);
  });

  it('is whether a frame or a message was broken off, where nobody knows how long the writer had waited for more', () => {
    const says = 'phase/truncated-frame 0: whether it was still sending when the writer gave up';
    expect(leftOpen('rx 81054865', 'FAILING CONNECTION', 'TCP DROPPED BY ME')).toEqual([says]);
    const timed = ['rx 81054865 @0', 'FAILING CONNECTION @9'];
    expect(leftOpen(...timed, 'TCP DROPPED BY ME')).toEqual([says]);
  });

  it('is whether it was broken off without a reason, where what came is not all known', () => {
    const [inFrame, inMessage] = ['rx 820261', 'rx 010161'];
    const open = (...rows: readonly string[]) => [leftOpen(inFrame, ...rows)[0], leftOpen(inMessage, ...rows)[0]];
    const both = (missing: string) => [`phase/truncated-frame 0: ${missing}`, `phase/message-unfinished 0: ${missing}`];
    expect(open('TX OCTETS: 83zz', DROPPED)).toEqual(both('the octets that the log leaves out'));
    expect(open('TCP RESET BY PEER')).toEqual(both('octets that were lost with the reset'));
    expect(open('tx 82fe', DROPPED)[0]).toBe(both('the rest of a frame that was on its way')[0]);
  });

  it('is whether text that the log cuts off was a reason to fail, unless the suite sent it', () => {
    const rows = [`TX OCTETS: 817d${'2a'.repeat(62)} ... LEN=127`, 'rx 818337fa213d7f9f', DROPPED];
    const [text, frame] = leftOpen('# writer: server', '# extensions: none', ...rows);
    expect([text, frame]).toEqual(['text/invalid-utf8 0: payload octets that the log cuts off', undefined]);
    const logOfCase = ['# writer: server', '# extensions: none', '# case: 1.1.6', ...rows].join('\n');
    const said = annotateExample({ log: logOfCase }).rows.flatMap(({ annotations }) => annotations);
    const charged = said.filter(({ severity, certainty }) => severity === 'warning' && certainty === 'certain');
    expect(charged.map(({ rule }) => rule)).toEqual(['phase/truncated-frame', 'close/abnormal-drop']);
  });

  it('is what a payload says, where an extension may have changed it', () => {
    const foo = ['# writer: client', '# extensions: foo'];
    const missing = 'what the extension foo defines';
    expect(leftOpen(...foo, 'rx 880203e7')).toEqual([`close/code-below-1000 0: ${missing}`]);
    const rows = ['tx 898537fa213d7f9f4d5158', 'rx 8a03616263', 'tx 88829c51e07b9fb9', 'rx 880203e8', DROPPED];
    expect(leftOpen(...foo, ...rows)).toEqual([`ping/pong-unsolicited 1: ${missing}`]);
    // Without the handshake it takes a reserved bit.
    expect(leftOpen('# writer: client', 'rx c80203e7')).toEqual(['frame/rsv-set 0: the opening handshake']);
    expect(leftOpen('# writer: client', 'rx 880203e7')).toEqual([]);
  });

  it('is whether a Pong is wrong, where the log may show payloads before they were masked', () => {
    const says = 'what stood on the wire: the payload seems to be shown before it was masked';
    const text = 'tx 818537fa213d48656c6c6f';
    const end = ['tx 88829c51e07b9fb9', 'rx 880203e8', DROPPED];
    const wrong = ['tx 898537fa213d7f9f4d5158', 'rx 8a03616263'];
    expect(leftOpen(...wrong, ...end)).toEqual([]);
    expect(leftOpen(text, ...wrong, ...end)).toEqual([`text/invalid-utf8 0: ${says}`]);
    const missing = [`ping/pong-payload-mismatch 1: ${says}`];
    expect(leftOpen('tx 898537fa213d48656c6c6f', 'rx 8a0548656c6c6f', ...end)).toEqual(missing);
    expect(leftOpen('rx 890548656c6c6f', 'tx 8a8537fa213d48656c6c6f', 'rx 880203e8', end[0] ?? '')).toEqual(missing);
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

  it('is the code of a Close that may answer one', () => {
    expect(late('004 rx 880203f2')).toEqual([`close/code-1010-from-server 4: ${says}`]);
    expect(late('004 tx 888237fa213d3408')).toEqual([`close/1010-without-extensions 4: ${says}`]);
  });

  it('is what was broken off', () => {
    const broken = (...rows: readonly string[]) =>
      late('003 rx 810161', '004 tx 818137fa213d56', ...rows, `006 ${DROPPED}`);
    expect(broken('005 rx 820261')).toContain(`phase/truncated-frame 5: ${says}`);
    expect(broken('005 rx 010161')).toContain(`phase/message-unfinished 5: ${says}`);
  });

  it('is a Ping without its Pong', () => {
    expect(late('004 tx 89819c51e07bec @1', '005 tx 88825d0b8ea25ee3 @4', '006 rx 880203e8 @4.1')).toContain(
      `ping/pong-missing 4: ${says}`,
    );
  });
});

describe('of endpoints of which nothing tells who is the client', () => {
  const frame = (direction: string, opcode: number, payload: string, time: number) =>
    `${direction} FRAME : OPCODE=${opcode}, FIN=True, RSV=0, PAYLOAD-LEN=${payload.length / 2}, MASKED=None @${time}${payload && `\n               0x${payload}`}`;
  const left = (writer: string, opcode: number, payload: string) => {
    const rows = [frame('TX', opcode, payload, 0), frame('RX', 8, '03ea', 0.1), 'TCP DROPPED BY ME @5.1'];
    const { rows: annotated } = annotateExample({ log: ['# extensions: none', writer, ...rows].join('\n') });
    return annotated
      .flatMap(({ annotations }) => annotations.map(({ rule }) => rule))
      .filter((rule) => /tcp|drop/.test(rule));
  };

  it('none had to end TCP as the server', () => {
    expect([left('', 8, '03e8'), left('', 3, '')]).toEqual([[], []]);
    expect(left('# writer: client', 8, '03e8')).toEqual(['close/server-did-not-drop']);
    expect(left('# writer: client', 3, '')).toEqual(['reaction/tcp-not-closed']);
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
    // By the times of the rows it did not wait.
    expect(severity('tx 838137fa213d56 @0', `${waited} @0.1`, 'rx 880203e8 @0.2')).toBe('note');
    expect(severity('tx 838137fa213d56 @0', `${waited} @1`, 'rx 880203e8 @1.1')).toBe('warning');
  });

  it('is a message behind a Close that nothing shows to be read but a Pong without payload', () => {
    const severity = (ping: string, pong: string) =>
      severityOf('close/new-message-after-received-close', 'tx 888237fa213d3412', ping, pong, 'rx 810161');
    expect(severity('tx 89809c51e07b', 'rx 8a00')).toBe('note');
    expect(severity('tx 89819c51e07bfd', 'rx 8a0161')).toBe('error');
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
    expect(severity('tx 018137fa213d56', 'tx 80819c51e07bfe', 'rx 810163', 'rx 880203ef')).toBe('error');
    // They had been accepted, or a whole message came after them.
    expect(severity('tx 018137fa213d56', 'tx 80819c51e07bfe', 'rx 81026162', 'rx 880203ef')).toBe('warning');
    expect(severity('tx 018137fa213d56', 'tx 80819c51e07bfe', 'tx 81815d0b8ea23e', 'rx 880203ef')).toBe('warning');
  });
});
