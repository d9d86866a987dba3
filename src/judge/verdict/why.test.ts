import { describe, expect, it } from 'vitest';
import { hexOf } from '../../model/octets.ts';
import { unmask } from '../../protocol/frame/masking.ts';
import { type JsonRow, KEY, octetsRow, REQUEST, RESPONSE, reportOf, rx, tx, verdictIn } from './case.fixture.ts';

const FAIL = { closedByMe: false, closeCode: [1007], requireClean: false, closedByWrongEndpointIsFatal: true };

function whyOf(wirelog: readonly JsonRow[], report: Readonly<Record<string, unknown>>): string | null {
  return verdictIn(reportOf(wirelog, report)).why;
}

const HELLO = '48656c6c6f';
const message = (text: string) => ['message', text, false];

describe('the sentence that says why', () => {
  it('names the row where the wait ran out, and not the Close that answers the one of the suite', () => {
    const rows = [...tx(0x81, HELLO), ['KL', 1], ['KLE'], ...tx(0x88, '03e9'), ...rx(0x88, '03e9')];
    const why = whyOf(rows, { behaviorClose: 'WRONG CODE', expected: { OK: [message('Hello')] } });
    expect(why).toBe(
      'row 5: the suite\'s wait ran out, and a text message ("Hello") was expected and had not come: the server had sent nothing',
    );
  });

  it('does not say that nothing was sent where octets came that are no whole frame', () => {
    const part = octetsRow('RO', Uint8Array.of(0x81, 0x7e, 0x00));
    const rows = [...tx(0x81, HELLO), part, ['KL', 1], ['KLE'], ...tx(0x88, '03e9')];
    expect(whyOf(rows, { behaviorClose: 'UNCLEAN', expected: { OK: [message('Hello')] } })).toContain(
      'had not come: 3 octets had come (the last in row 4), and the suite read no frame from them',
    );
  });

  it('tells of the missing message before the missing answer to the Close that it led to', () => {
    const rows = [...tx(0x81, HELLO), ['TI', 1], ['TIE'], ...tx(0x88, '03e8')];
    const report = { behaviorClose: 'UNCLEAN', expected: { OK: [message('Hello')] } };
    expect(whyOf(rows, report)).toMatch(/^row 5: the suite's wait ran out, .*; row 8: .*close\/reply-missing/);
  });

  it('names the row with the octets of a message that nobody expected, and the Close before it', () => {
    const rows = [...tx(0x88, '03e8'), ...rx(0x81, HELLO), ...rx(0x88, '03e8')];
    const why = whyOf(rows, { expected: { OK: [] } });
    expect(why).toBe(
      'row 4: a text message ("Hello") came after the suite\'s Close in row 3, and nothing more was expected',
    );
  });

  it('counts the octets of a payload that the report shows as hex', () => {
    const rows = [...tx(0x82, '00fffe'), ...rx(0x82, '00fffd'), ...tx(0x88, '03e8'), ...rx(0x88, '03e8')];
    expect(whyOf(rows, { expected: { OK: [['message', '0x00fffe', true]] } })).toBe(
      "row 4: the server's echo differs at octet 2 from what was sent: fd instead of fe",
    );
  });

  it('says how long an echo is that lacks its end', () => {
    const rows = [...tx(0x81, HELLO), ...rx(0x81, HELLO.slice(0, 8)), ...tx(0x88, '03e8'), ...rx(0x88, '03e8')];
    expect(whyOf(rows, { expected: { OK: [message('Hello')] } })).toBe(
      "row 4: the server's echo has 4 octets, and 5 were sent: the first missing one is octet 4, 6f",
    );
  });

  it('does not take the ellipsis of the report for octets of the payload', () => {
    const rows = [
      ['TF', [70, `${'*'.repeat(64)} ...`], 1, true, 0, hexOf(KEY), null, null, false],
      octetsRow('TO', Buffer.concat([Uint8Array.of(0x81, 0xc6), KEY, unmask(Buffer.alloc(70, '*'), KEY)])),
      octetsRow('RO', Buffer.concat([Uint8Array.of(0x81, 62), Buffer.alloc(62, '*')])),
      ['RF', [62, `${'*'.repeat(62)} ...`], 1, true, 0, false, null],
      ...tx(0x88, '03e8'),
      ...rx(0x88, '03e8'),
    ];
    expect(whyOf(rows, { expected: { OK: [message(`${'*'.repeat(64)} ...`)] } })).toBe(
      "row 4: the server's echo has 62 octets, and 70 were sent: the first missing one is octet 62, 2a",
    );
  });

  it('prefers the Pong that came with another payload to the Ping that none answers', () => {
    const rows = [
      ...tx(0x89, '3030'),
      ...tx(0x89, '3131'),
      ...rx(0x8a, HELLO),
      ...tx(0x88, '03e8'),
      ...rx(0x88, '03e8'),
    ];
    const report = {
      expected: {
        OK: [
          ['pong', '00'],
          ['pong', '11'],
        ],
      },
    };
    expect(whyOf(rows, report)).toMatch(/^row 6: the server: the payload of this Pong is that of no Ping/);
  });

  it('says so where the peer sends back what the suite broke', () => {
    const rows = [
      ...tx(0x01, '48'),
      ...tx(0x00, 'ff'),
      ...rx(0x01, '48'),
      ...rx(0x00, 'ff'),
      ...tx(0x88, '03ef'),
      ...rx(0x88, '03e8'),
    ];
    const report = { behaviorClose: 'FAILED', expectedClose: FAIL, expected: { OK: [] }, droppedByMe: true };
    expect(whyOf(rows, report)).toBe(
      'row 5: the suite broke text/invalid-utf8 (the text is not UTF-8: octet 1 of the message is ff (bad lead octet); RFC 6455 §8.1); the server answered it (row 8) instead of failing the connection with 1007 (reaction/invalid-processed, RFC 6455 §7.1.7)',
    );
  });

  it('explains what is only not strict by the lateness, and not by a close code that the suite takes', () => {
    const rows = [
      ...tx(0x01, 'ff'),
      ['CT', 1, 'A'],
      ['CTE', 'A'],
      ...tx(0x80, '48'),
      ['CT', 1, 'B'],
      ['CTE', 'B'],
      ...rx(0x88, ''),
      ...tx(0x88, '03e8'),
    ];
    const expected = {
      OK: [['timeout', 'A']],
      'NON-STRICT': [
        ['timeout', 'A'],
        ['timeout', 'B'],
      ],
    };
    const why = whyOf(rows, { behavior: 'NON-STRICT', expectedClose: FAIL, expected });
    expect(why).toMatch(/^row 9: the server let the wait B run out/);
    expect(why).not.toContain('reaction/wrong-close-code');
  });

  it('explains a failure by what differs from the expectation that came nearest', () => {
    const rows = [
      ...tx(0x01, 'ff'),
      ['CTE', 'A'],
      ['CTE', 'B'],
      ...rx(0x81, HELLO),
      ...rx(0x88, '03ef'),
      ...tx(0x88, '03e8'),
    ];
    const expected = {
      OK: [['timeout', 'A']],
      'NON-STRICT': [
        ['timeout', 'A'],
        ['timeout', 'B'],
      ],
    };
    expect(whyOf(rows, { expectedClose: FAIL, expected })).toBe(
      'row 6: a text message ("Hello") came, and nothing more was expected',
    );
  });

  it('sees the unfinished frame behind the text that its payload is read as', () => {
    const rows = [
      ...tx(0x81, HELLO),
      ...tx(0x8b, ''),
      octetsRow('RO', Uint8Array.of(0x81, 13, 0x48, 0x65, 0x88, 0x02, 0x03, 0xea)),
      ...tx(0x88, '03ef'),
    ];
    const report = { behaviorClose: 'FAILED', expected: { OK: [message('Hello')] } };
    expect(whyOf(rows, report)).toMatch(
      /^row 6: the server: 6 of 13 payload octets of this frame .*; text\/invalid-utf8 in row 6 follows from it$/,
    );
  });

  it('says what the counts tell where the log was switched off', () => {
    const report = {
      id: '9.6.2',
      behaviorClose: 'UNCLEAN',
      droppedByMe: true,
      failedByMe: true,
      duration: 1474,
      expected: {},
      rxOctetStats: { [RESPONSE.length]: 1, 1048590: 1 },
      txOctetStats: { [REQUEST.length]: 1, 1048590: 1 },
    };
    const rows = [['TI', 1000]];
    expect(whyOf(rows, { ...report, result: 'Did not receive message within 1000 seconds.' })).toBe(
      'row 1: the log was switched off after this row; the suite failed the connection after 1.474 s, before the wait of 1000 s was over: 1048590 octets had come, and the suite read no message from them',
    );
    const got = 'Expected binary message with payload of length 1048576, but got 80.';
    expect(whyOf(rows, { ...report, result: got })).toBe(
      'row 1: the log was switched off after this row; the suite read a binary message of 80 octets where one of 1048576 was due, although 1048590 octets came',
    );
  });

  it('says that the suite had to end TCP', () => {
    const rows = [...tx(0x81, HELLO), ...rx(0x81, HELLO), ...tx(0x88, '03e8'), ...rx(0x88, '03e8')];
    const expectedClose = { closedByMe: true, closeCode: [1000], requireClean: false };
    const report = { behavior: 'OK', behaviorClose: 'FAILED BY CLIENT', droppedByMe: true, expectedClose };
    expect(whyOf(rows, { ...report, expected: { OK: [message('Hello')] } })).toBe(
      'row 10: the suite had to end TCP, which is for the server to do (RFC 6455 §7.1.1)',
    );
  });

  it('says who closed with what, and counts the frames, where the log was switched off', () => {
    const report = {
      id: '9.3.1',
      behaviorClose: 'FAILED',
      expected: {},
      closedByMe: false,
      duration: 331,
      result: 'Did not receive message within 100 seconds.',
      localCloseCode: 1000,
      localCloseReason: null,
      remoteCloseCode: 1002,
      remoteCloseReason: Buffer.from('schon wieder für nichts').toString('latin1'),
      wasClean: false,
      wasNotCleanReason: 'peer dropped the TCP connection',
      rxFrameStats: { 8: 1 },
      txFrameStats: { 0: 64, 1: 1, 8: 1 },
      rxOctetStats: { [RESPONSE.length]: 1, 27: 1 },
      txOctetStats: { [REQUEST.length]: 1, 70: 65 },
    };
    const says = whyOf([['TI', 100]], report);
    expect(says).toBe(
      'row 1: the log was switched off after this row; the connection ended after 0.331 s, before the wait of 100 s was over: 27 octets had come, and the suite read no message from them; the server closed with 1002 (protocol error) "schon wieder für nichts", and the suite answered with 1000 (normal closure); the suite received 1 close frame and sent 64 continuation, 1 text and 1 close frames; the end was not clean: peer dropped the TCP connection',
    );
    const none = { ...report, remoteCloseCode: null, closedByMe: true, rxFrameStats: {}, wasClean: null };
    expect(whyOf([['TI', 100]], none)).toMatch(
      /; the suite closed with 1000 \(normal closure\), and no Close of the server came; the suite received no frame and sent 64 /,
    );
    const long = { ...report, remoteCloseReason: `${'a'.repeat(123)}b` };
    expect(whyOf([['TI', 100]], long)).toContain(`"${'a'.repeat(123)}…", and`);
    expect(whyOf([['TI', 100]], { ...report, remoteCloseReason: 'a'.repeat(123) })).toContain(
      `${'a'.repeat(123)}", and`,
    );
    // There is no opcode 16.
    expect(whyOf([['TI', 100]], { ...report, rxFrameStats: { 16: 1 } })).not.toContain('the suite received');
    const unknown = {
      ...report,
      rxFrameStats: undefined,
      remoteCloseCode: null,
      localCloseCode: null,
      txFrameStats: 1,
    };
    expect(whyOf([['TI', 100]], unknown)).toMatch(/read no message from them; the end was not clean/);
  });

  it('says what the report knows of the Closes where only they are not as expected', () => {
    const report = {
      id: '12.1.1',
      behavior: 'OK',
      behaviorClose: 'UNCLEAN',
      expected: {},
      closedByMe: true,
      localCloseCode: 1000,
      remoteCloseCode: null,
      rxFrameStats: { 1: 7 },
      txFrameStats: { 1: 7, 8: 1 },
    };
    expect(whyOf([['WLM', false]], report)).toBe(
      'row 1: the log was switched off after this row; by the report the suite closed with 1000 (normal closure), and no Close of the server came',
    );
  });

  it('names the wrong close code, which decided, before a reason that is no UTF-8', () => {
    const rows = [...tx(0x88, '03e7'), ...rx(0x88, '03e8ff')];
    const expectedClose = { closedByMe: true, closeCode: [1002], requireClean: false };
    const report = { id: '7.9.2', behaviorClose: 'WRONG CODE', expectedClose, expected: { OK: [] } };
    expect(whyOf(rows, report)).toBe(
      'row 3: the suite broke close/code-below-1000 (close code 999 is not used: codes begin at 1000; RFC 6455 §7.4.2); the server closed in row 4 with 1000 (normal closure) instead of 1002 (reaction/wrong-close-code, RFC 6455 §7.4.1)',
    );
  });

  it('says that a Close came before the bad frame was sent', () => {
    const [unsent] = tx(0xc1, HELLO);
    const [reply] = tx(0x88, '03e8');
    const rows = [...tx(0x81, HELLO), unsent ?? [], ...rx(0x88, '03e8'), reply ?? []];
    const close = { closedByMe: false, closeCode: [1002], requireClean: false };
    const report = { behavior: 'OK', behaviorClose: 'WRONG CODE', expectedClose: close, expected: { OK: [] } };
    expect(whyOf(rows, report)).toBe(
      'row 5: the server closed with 1000 (normal closure); the case allows 1002; the Close in row 5 came before the suite sent the bad frame of row 4',
    );
    const late = [...tx(0x81, HELLO), ...rx(0x88, '03e8'), ...tx(0xc1, HELLO), ...tx(0x88, '03e8')];
    expect(whyOf(late, report)).toMatch(/; the suite broke frame\/rsv-set only after that Close, in row 7$/);
    const before = [...tx(0xc1, HELLO), ...rx(0x88, '03e8'), ...tx(0x88, '03e8')];
    expect(whyOf(before, report)).not.toContain('after that Close');
  });

  it('guesses nothing where a report page leaves out what the case expects', () => {
    const report = { behaviorClose: 'WRONG CODE', expectedClose: undefined, expected: { OK: [] } };
    const rows = [...tx(0x88, '03f6'), ...rx(0x88, '03f6')];
    expect(whyOf(rows, { ...report, id: '7.9.6', resultClose: 'The close code should have been 1002 or empty' })).toBe(
      'row 4: the server closed with 1014 (bad gateway); the suite says: The close code should have been 1002 or empty; the code was registered after RFC 6455, and the suite does not know it',
    );
  });

  it('blames nobody for not agreeing to what a case of the 12 and 13 groups is about, though its page says "Fail"', () => {
    const unimplemented = { id: '12.1.1', expectedClose: undefined, result: 'Actual events differ from any expected.' };
    expect(whyOf([['WLM', false]], unimplemented)).toBeNull();
  });
});
