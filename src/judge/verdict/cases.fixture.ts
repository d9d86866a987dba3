// Cases as a suite reports them, by what decides them: the messages, the close, what came of a violation, the opening
// handshake, and what a report says whose log was off.

import { type JsonRow, octetsRow, REQUEST, RESPONSE, reportOf, rx, tx } from './case.fixture.ts';

export interface Case {
  readonly name: string;
  /** The report, as JSON. */
  readonly text: string;
}

type Report = Readonly<Record<string, unknown>>;

const HELLO = '48656c6c6f';
const WORLD = '576f726c64';
const [SENT, ECHO] = [tx(0x81, HELLO), rx(0x81, HELLO)];
const CLOSES = [...tx(0x88, '03e8'), ...rx(0x88, '03e8')];
const PEER_FIRST = [...rx(0x88, '03e8'), ...tx(0x88, '03e8')];
const GAVE_UP = [['KL', 1], ['KLE']];
const TIMED_OUT = [['TI', 1], ['TIE']];

function message(text: string, isBinary = false): JsonRow {
  return ['message', text, isBinary];
}

const EXPECTS_HELLO = { OK: [message('Hello')] };

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

type Made = readonly [wirelog: readonly JsonRow[], report?: Report];

function cases(list: Readonly<Record<string, Made>>): Case[] {
  return Object.entries(list).map(([name, [rows, report = {}]]) => ({ name, text: reportOf(rows, report) }));
}

function failed(expected: Report, rows: readonly JsonRow[], more: Report = {}): Made {
  return [rows, { expected, ...more }];
}

const LONG = 'a text that is too long to be shown';

const MESSAGES: readonly Case[] = cases({
  'all is as expected': [[...SENT, ...ECHO, ...CLOSES], { behavior: 'OK', expected: EXPECTS_HELLO }],
  'the echo is binary': failed(EXPECTS_HELLO, [...SENT, ...rx(0x82, HELLO), ...CLOSES]),
  'the echo is text': failed({ OK: [message('Hello', true)] }, [...tx(0x82, HELLO), ...ECHO, ...CLOSES]),
  'the first octet differs': failed(EXPECTS_HELLO, [...SENT, ...rx(0x81, '68656c6c6f'), ...CLOSES]),
  'the echo is longer': failed(EXPECTS_HELLO, [...SENT, ...rx(0x81, '48656c6c6f21'), ...CLOSES]),
  'the echo is empty': failed(EXPECTS_HELLO, [...SENT, ...rx(0x81, ''), ...CLOSES]),
  'an empty message has an echo': failed({ OK: [message('')] }, [...tx(0x81, ''), ...rx(0x81, '21'), ...CLOSES]),
  'an empty message is missing': failed({ OK: [message('')] }, [...tx(0x81, ''), ...GAVE_UP, ...CLOSES]),
  'a binary message is missing': failed({ OK: [message('0x00fe', true)] }, [
    ...tx(0x82, '00fe'),
    ...GAVE_UP,
    ...CLOSES,
  ]),
  'a long message is missing': failed({ OK: [message(LONG)] }, [...tx(0x81, hex(LONG)), ...GAVE_UP, ...CLOSES]),
  'a message of 24 characters is missing': failed({ OK: [message('just twenty-four letters')] }, [
    ...tx(0x81, hex('just twenty-four letters')),
    ...GAVE_UP,
    ...CLOSES,
  ]),
  'a Pong is missing': failed({ OK: [['pong', 'Hello']] }, [...tx(0x89, HELLO), ...GAVE_UP, ...CLOSES]),
  'a Pong has another payload': failed({ OK: [['pong', 'Hello']] }, [
    ...tx(0x89, HELLO),
    ...rx(0x8a, WORLD),
    ...CLOSES,
  ]),
  'a Pong came where a message was due': failed(EXPECTS_HELLO, [...SENT, ...rx(0x8a, ''), ...ECHO, ...CLOSES]),
  'a Ping was expected': failed({ OK: [['ping', 'Hello']] }, [...GAVE_UP, ...CLOSES]),
  'the second of two messages is missing, after one': failed({ OK: [message('Hello'), message('World')] }, [
    ...SENT,
    ...tx(0x81, WORLD),
    ...ECHO,
    ...GAVE_UP,
    ...CLOSES,
  ]),
  'it is missing, after a Close with a code': failed({ OK: [message('Hello')] }, [...SENT, ...PEER_FIRST]),
  'it is missing, after a Close without a code': failed(EXPECTS_HELLO, [...SENT, ...rx(0x88, ''), ...tx(0x88, '')]),
  'it is missing, and the peer ended TCP': failed(EXPECTS_HELLO, SENT),
  'it is missing, and the suite ended TCP': failed(EXPECTS_HELLO, SENT, { droppedByMe: true }),
  'it is missing, and the timer of the close ran out first': failed(EXPECTS_HELLO, [
    ...SENT,
    ...TIMED_OUT,
    ...GAVE_UP,
    ...CLOSES,
  ]),
  'one octet came, and no frame': failed(EXPECTS_HELLO, [
    ...SENT,
    octetsRow('RO', Uint8Array.of(0x81)),
    ...GAVE_UP,
    ...tx(0x88, '03e8'),
  ]),
  'one more message came, before the Close': failed(EXPECTS_HELLO, [...SENT, ...ECHO, ...ECHO, ...CLOSES]),
  'one more message came, after the peer closed': failed(EXPECTS_HELLO, [...SENT, ...ECHO, ...PEER_FIRST, ...ECHO]),
  'one more message came, after the suite closed': failed(EXPECTS_HELLO, [
    ...SENT,
    ...ECHO,
    ...tx(0x88, '03e8'),
    ...ECHO,
    ...rx(0x88, '03e8'),
  ]),
  'a wait ended before its message': failed(EXPECTS_HELLO, [...SENT, ['CTE', 'A'], ...ECHO, ...CLOSES]),
  'a wait did not end': failed({ OK: [['timeout', 'A']] }, [...SENT, ...PEER_FIRST]),
  'another wait ended': failed({ OK: [['timeout', 'A']] }, [...SENT, ['CTE', 'B'], ...PEER_FIRST]),
  'one more wait ended': failed({ OK: [['timeout', 'A']] }, [['CTE', 'A'], ['CTE', 'B'], ...PEER_FIRST]),
  'a wait ended while the connection closed': failed({ OK: [] }, [
    ...tx(0x88, '03e8'),
    ['CTE', 'A'],
    ...rx(0x88, '03e8'),
  ]),
  'a Close with a reserved bit does not begin the close': failed({ OK: [] }, [
    ...tx(0x98, '03e8'),
    ['CTE', 'A'],
    ...rx(0x88, '03ea'),
  ]),
  'a message came after the suite failed the connection': failed(EXPECTS_HELLO, [
    ...SENT,
    ...GAVE_UP,
    ...tx(0x88, '03e9'),
    ...ECHO,
  ]),
  'a Pong came after it': failed({ OK: [['pong', 'Hello']] }, [
    ...tx(0x89, HELLO),
    ...GAVE_UP,
    ...tx(0x88, '03e9'),
    ...rx(0x8a, HELLO),
  ]),
  'a message came in fragments': failed(EXPECTS_HELLO, [
    ...SENT,
    ...rx(0x01, '4865'),
    ...rx(0x8a, ''),
    ...rx(0x80, '6c6c6f'),
    ...CLOSES,
  ]),
  'only a continuation came': failed(EXPECTS_HELLO, [...SENT, ...rx(0x80, HELLO), ...CLOSES]),
  'a message came after a failure of the peer': failed({ OK: [] }, [
    ...SENT,
    ...rx(0xb1, HELLO),
    ...tx(0x88, '03ea'),
    ...ECHO,
  ]),
});

const REPLY = { closedByMe: true, closeCode: [1000], requireClean: true };
const FAIL = { closedByMe: false, closeCode: [1002], requireClean: false };

function closing(behaviorClose: string, rows: readonly JsonRow[], expectedClose: unknown, more: Report = {}): Made {
  return [rows, { behavior: 'OK', behaviorClose, expected: { OK: [] }, expectedClose, ...more }];
}

const CLOSE_REPORTS: readonly Case[] = cases({
  'a code that is not allowed': closing('WRONG CODE', PEER_FIRST, FAIL),
  'a code that is none of two': closing('WRONG CODE', PEER_FIRST, { ...FAIL, closeCode: [1002, 1007] }),
  'a code where none is allowed': closing('WRONG CODE', PEER_FIRST, { ...FAIL, closeCode: [] }),
  'a private code': closing('WRONG CODE', [...rx(0x88, '0fa0'), ...tx(0x88, '0fa0')], FAIL),
  'a code that is said to be wrong, and is none': closing('WRONG CODE', [...rx(0x88, ''), ...tx(0x88, '')], FAIL),
  'a code whose expectation a page does not hold': closing('WRONG CODE', PEER_FIRST, undefined),
  'the suite had to end TCP': closing(
    'FAILED BY CLIENT',
    CLOSES,
    { ...REPLY, requireClean: false },
    { droppedByMe: true },
  ),
  'the suite had to end TCP, after a violation and no Close': closing(
    'FAILED BY CLIENT',
    [...tx(0xc1, HELLO), ...GAVE_UP],
    { ...FAIL, closedByMe: false },
    { droppedByMe: true },
  ),
  'the suite had to end TCP, after a violation and a Close': closing(
    'FAILED BY CLIENT',
    [...tx(0xc1, HELLO), ...rx(0x88, '03ea'), ...tx(0x88, '03ea')],
    FAIL,
    { droppedByMe: true },
  ),
  'no Close of the peer, which ended TCP': closing('UNCLEAN', tx(0x88, '03e8'), REPLY),
  'no Close of the peer, and the suite ended TCP': closing('UNCLEAN', [...tx(0x88, '03e8'), ...GAVE_UP], REPLY, {
    droppedByMe: true,
  }),
  'both Closes, and the suite ended TCP': closing('UNCLEAN', CLOSES, REPLY, { droppedByMe: true }),
  'both Closes, and its timer ran out after them': closing('UNCLEAN', [...CLOSES, ...GAVE_UP], REPLY, {
    droppedByMe: true,
  }),
  'both Closes, and its timer ran out before them': closing('UNCLEAN', [...GAVE_UP, ...CLOSES], REPLY, {
    droppedByMe: true,
  }),
  'an answer with an invalid code': closing('UNCLEAN', [...tx(0x88, '03e8'), ...rx(0x88, '03ed')], REPLY),
  'an answer of one octet': closing('UNCLEAN', [...tx(0x88, '03e8'), ...rx(0x88, '03')], REPLY),
  'an answer with a reason that is no UTF-8': closing('UNCLEAN', [...tx(0x88, '03e8'), ...rx(0x88, '03e8ff')], REPLY),
  'an answer with a reason that ends inside a character': closing(
    'UNCLEAN',
    [...tx(0x88, '03e8'), ...rx(0x88, '03e8c3')],
    REPLY,
  ),
  'the suite closed, and the peer was to': closing('FAILED', CLOSES, FAIL),
  'the peer closed with a code, and the suite was to': closing('FAILED', PEER_FIRST, REPLY),
  'the peer closed without a code, and the suite was to': closing('FAILED', [...rx(0x88, ''), ...tx(0x88, '')], REPLY),
  'nobody closed, and the peer ended TCP': closing('FAILED', [...SENT, ...ECHO], FAIL),
  'nobody closed, and the suite ended TCP': closing('FAILED', [...SENT, ...ECHO], FAIL, { droppedByMe: true }),
  'the wrong endpoint closed, which is fatal': closing('FAILED', CLOSES, {
    ...FAIL,
    closedByWrongEndpointIsFatal: true,
  }),
  'the wrong endpoint closed, which is not fatal': closing('FAILED', CLOSES, {
    ...FAIL,
    closedByWrongEndpointIsFatal: false,
  }),
  'an old suite closed with a code of today': closing('OK', [...rx(0x88, '03f6'), ...tx(0x88, '03ea')], {
    ...REPLY,
    requireClean: false,
    closeCode: [1014],
  }),
});

/** What the peer does where it has to fail the connection. */
function reacting(stimulus: readonly JsonRow[], reaction: readonly JsonRow[], more: Report = {}): Made {
  const report = { behaviorClose: 'FAILED', expectedClose: FAIL, expected: { OK: [] }, droppedByMe: true, ...more };
  return [[...stimulus, ...reaction], report];
}

const BAD = tx(0xb1, HELLO);

const REACTIONS: readonly Case[] = cases({
  'it is echoed': reacting(BAD, [...ECHO, ...CLOSES]),
  'what follows it is echoed': reacting([...BAD, ...tx(0x81, WORLD)], [...rx(0x81, WORLD), ...CLOSES]),
  'a Ping behind it is answered': reacting([...BAD, ...tx(0x89, WORLD)], [...rx(0x8a, WORLD), ...CLOSES]),
  'nothing comes of it': reacting(BAD, [...GAVE_UP, ...tx(0x88, '03ea')]),
  'it is closed with another code': reacting(BAD, PEER_FIRST, { behaviorClose: 'WRONG CODE' }),
  'it is closed with the code that is due': reacting(BAD, [...rx(0x88, '03ea'), ...tx(0x88, '03ea')], {
    behavior: 'OK',
    behaviorClose: 'OK',
  }),
  'it is closed without a code': reacting(BAD, [...rx(0x88, ''), ...tx(0x88, '')]),
  'the peer ends TCP': reacting(BAD, [], { droppedByMe: false, behavior: 'OK', behaviorClose: 'UNCLEAN' }),
  'a Close that is invalid is echoed': reacting(tx(0x88, '03ed'), rx(0x88, '03ed')),
  'a Close that is invalid is answered with 1000': reacting(tx(0x88, '03ed'), rx(0x88, '03e8'), {
    behaviorClose: 'WRONG CODE',
    expectedClose: { ...REPLY, requireClean: false, closeCode: [1002] },
  }),
  'a text that is no UTF-8 is echoed': reacting(tx(0x81, 'ff'), [...rx(0x81, 'ff'), ...CLOSES]),
  'a length that is too long for a Ping': reacting(tx(0x89, '00'.repeat(126)), [
    ...rx(0x8a, '00'.repeat(126)),
    ...CLOSES,
  ]),
  'a reserved opcode': reacting(tx(0x83, HELLO), [...ECHO, ...CLOSES]),
  'the peer sends what is wrong by itself': [
    [...SENT, ...rx(0xb1, HELLO), ...tx(0x88, '03ea')],
    { expected: EXPECTS_HELLO, behaviorClose: 'FAILED' },
  ],
  'a Pong is missing, and nothing else is wrong': [
    [...tx(0x89, HELLO), ...CLOSES],
    { expected: { OK: [['pong', 'Hello']] } },
  ],
  'a note alone does not decide': [
    [...SENT, ...ECHO, ...rx(0x8a, ''), ...CLOSES],
    { expected: EXPECTS_HELLO, behavior: 'OK' },
  ],
  'a frame is left unfinished': [
    [...SENT, octetsRow('RO', Uint8Array.of(0x81, 13, 0x48)), ...GAVE_UP, ...tx(0x88, '03e9')],
    { expected: EXPECTS_HELLO },
  ],
});

/** A report whose connection never opened, or not as it should. */
function opening(rows: readonly JsonRow[], more: Report = {}): Report {
  const report = JSON.parse(reportOf([], { behavior: 'FAILED', behaviorClose: 'FAILED', expected: {}, ...more }));
  return { ...report, wirelog: rows };
}

const ASKED = octetsRow('TO', Buffer.from(REQUEST));

function answered(text: string): JsonRow {
  return octetsRow('RO', Buffer.from(text));
}

const OPENINGS: readonly Case[] = Object.entries({
  'no answer, and the peer ended TCP': opening([ASKED], { httpResponse: null }),
  'no answer, and the suite ended TCP': opening([ASKED], { httpResponse: null, droppedByMe: true }),
  'an answer with 400': opening([ASKED, answered('HTTP/1.1 400 Bad\r\n\r\n')], {
    httpResponse: 'HTTP/1.1 400 Bad\r\n\r\n',
  }),
  'an answer with 400, which is expected to be nothing': opening([ASKED, answered('HTTP/1.1 400 Bad\r\n\r\n')], {
    httpResponse: 'HTTP/1.1 400 Bad\r\n\r\n',
    expectedClose: {},
  }),
  'an answer with 101 and a wrong accept value': opening([ASKED, answered(RESPONSE.replace('HSmrc', 'HSmrd'))], {
    httpResponse: RESPONSE.replace('HSmrc', 'HSmrd'),
  }),
  'an answer with 101, and nothing more': opening([ASKED, answered(RESPONSE)]),
  'no row at all': opening([], { httpRequest: null, httpResponse: null }),
}).map(([name, report]) => ({ name, text: JSON.stringify(report) }));

/** A report whose log was switched off behind its handshake. */
function off(report: Report): Made {
  return [[['WLM', false]], { id: '9.1.1', behaviorClose: 'FAILED', expected: {}, result: 'No.', ...report }];
}

const LOG_OFF: readonly Case[] = cases({
  'nothing is known': off({}),
  'without a result': off({ result: undefined, behaviorClose: 'OK' }),
  'the suite closed, and the peer answered': off({ closedByMe: true, localCloseCode: 1000, remoteCloseCode: 1001 }),
  'the peer closed, and the suite answered': off({ closedByMe: false, localCloseCode: 1000, remoteCloseCode: 1001 }),
  'with reasons': off({
    closedByMe: true,
    localCloseCode: 1000,
    localCloseReason: 'done',
    remoteCloseCode: 4000,
    remoteCloseReason: '',
  }),
  'a code of one side alone is known': off({ closedByMe: true, localCloseCode: 1000 }),
  'a code of the other side alone is known': off({ closedByMe: false, remoteCloseCode: 1000 }),
  'neither closed': off({ rxFrameStats: { 1: 2 }, txFrameStats: { 1: 2 } }),
  'both closed without a code': off({ rxFrameStats: { 8: 1 }, txFrameStats: { 8: 1 } }),
  'the peer alone closed, without a code': off({ rxFrameStats: { 8: 1 }, txFrameStats: {} }),
  'the suite alone closed, without a code': off({ rxFrameStats: {}, txFrameStats: { 8: 1 } }),
  'the peer alone closed, with a code': off({ remoteCloseCode: 1002, rxFrameStats: { 8: 1 }, txFrameStats: { 1: 1 } }),
  'counts of one kind': off({ rxFrameStats: { 2: 3 }, txFrameStats: { 2: 1 } }),
  'counts of three kinds, and of none': off({ rxFrameStats: { 0: 1, 1: 2, 9: 3 }, txFrameStats: { 1: 0, 15: 1 } }),
  'a count that is none': off({ rxFrameStats: { 1: -1 }, txFrameStats: { 1: 1 } }),
  'a count that is no whole number': off({ rxFrameStats: { 1: 0.5 }, txFrameStats: { 1: 1 } }),
  'an end that was not clean': off({ wasClean: false, wasNotCleanReason: 'peer dropped' }),
  'an end that was clean': off({ wasClean: true, wasNotCleanReason: 'peer dropped' }),
  'an end that was not clean for no reason': off({ wasClean: false, wasNotCleanReason: '' }),
  'the wait ended before its time': off({ result: 'Did not receive message within 10 seconds.', duration: 9999 }),
  'the wait ended in its time': off({ result: 'Did not receive message within 10 seconds.', duration: 10_000 }),
  'the suite failed the connection before its wait was over': off({
    result: 'Did not receive message within 10 seconds.',
    duration: 1500,
    failedByMe: true,
  }),
  'a shorter message than was due, of as many octets': off({
    result: 'Expected text message with payload of length 100, but got 80.',
    rxOctetStats: { [RESPONSE.length]: 1, 100: 1 },
    txOctetStats: { [REQUEST.length]: 1, 100: 1 },
  }),
  'a shorter message than was due, of fewer octets': off({
    result: 'Expected text message with payload of length 100, but got 80.',
    rxOctetStats: { [RESPONSE.length]: 1, 99: 1 },
    txOctetStats: { [REQUEST.length]: 1, 100: 1 },
  }),
  'a longer message than was due': off({ result: 'Expected binary message with payload of length 100, but got 180.' }),
  'only the Closes are not as expected, and nothing is known of them': off({
    behavior: 'OK',
    behaviorClose: 'UNCLEAN',
  }),
  'only the Closes are not as expected, and nothing is known but what the suite says': off({
    behavior: 'OK',
    behaviorClose: 'UNCLEAN',
    resultClose: 'No clean close.',
  }),
  'only the Closes are not as expected': off({
    behavior: 'OK',
    behaviorClose: 'UNCLEAN',
    closedByMe: false,
    localCloseCode: 1000,
    remoteCloseCode: 1000,
  }),
});

function withId(id: string, report: Report = {}, rows: readonly JsonRow[] = [...SENT, ...ECHO, ...CLOSES]): Made {
  return [rows, { id, behavior: 'OK', expected: EXPECTS_HELLO, ...report }];
}

const GOOD_FAIL = { ...FAIL, closeCode: [1000] };
const FRAGMENTS = [...tx(0x01, HELLO), ...Array.from({ length: 49 }, () => tx(0x00, '')).flat(), ...tx(0x80, '')];

const IDS: readonly Case[] = cases({
  'a case that only informs': withId('7.1.6', { behavior: 'INFORMATIONAL', behaviorClose: 'INFORMATIONAL' }),
  'a case of 7.13': withId('7.13.1', { behavior: 'INFORMATIONAL', behaviorClose: 'INFORMATIONAL' }),
  'a case of 7.1': withId('7.1.5'),
  'a wrong code in a case of 7.3': withId('7.3.1', { expectedClose: { ...REPLY, closeCode: [1002] } }),
  'a wrong code in a case of 7.5.1': withId('7.5.1', { expectedClose: { ...REPLY, closeCode: [1002] } }),
  'a wrong code in a case of 7.5.10': withId('7.5.10', { expectedClose: { ...REPLY, closeCode: [1002] } }),
  'a wrong code in a case of 7.7': withId('7.7.3', { expectedClose: { ...REPLY, closeCode: [1002] } }),
  'a wrong code in a case of 7.9': withId('7.9.3', { expectedClose: { ...REPLY, closeCode: [1002] } }),
  'a wrong code in a case of 7.1.6': withId('7.1.6', { expectedClose: { ...REPLY, closeCode: [1002] } }),
  'a wrong code in another case': withId('1.1.1', { expectedClose: { ...REPLY, closeCode: [1002] } }),
  'a case of 10.1.1 with its 50 continuations': withId('10.1.1', {}, [...FRAGMENTS, ...ECHO, ...CLOSES]),
  'a case of 10.1.1 with fewer': withId('10.1.1', {}, [...tx(0x01, HELLO), ...tx(0x80, ''), ...ECHO, ...CLOSES]),
  'a case of 12 whose peer agrees to nothing': withId('12.1.1', { behavior: 'UNIMPLEMENTED' }),
  'a case of 13 whose peer agrees to nothing': withId('13.1.1', { behavior: 'UNIMPLEMENTED' }),
  'a case of 14, which is none': withId('14.1.1'),
  'a page of a case of the close': withId('7.3.1', { expectedClose: undefined }),
  'a page of a case of the close without a code': withId('7.3.1', { expectedClose: undefined }, [
    ...SENT,
    ...ECHO,
    ...tx(0x88, ''),
    ...rx(0x88, ''),
  ]),
  'a page of a case of invalid text that the suite closed': withId(
    '6.3.1',
    { expectedClose: undefined, expected: { OK: [] } },
    [...tx(0x81, 'ff'), ...CLOSES],
  ),
  'a page of a case of invalid text that the peer closed': withId(
    '6.3.1',
    { expectedClose: undefined, expected: { OK: [] } },
    [...tx(0x81, 'ff'), ...rx(0x88, '03ef'), ...tx(0x88, '03ef')],
  ),
  'a page of a case of valid text': withId('6.2.1', { expectedClose: undefined }),
  'a page of another case': withId('1.1.1', { expectedClose: undefined }),
  'the endpoint that closes is the wrong one': withId('1.1.1', { expectedClose: GOOD_FAIL }),
  'the endpoint that closes is the wrong one, which is fatal': withId('1.1.1', {
    expectedClose: { ...GOOD_FAIL, closedByWrongEndpointIsFatal: true },
  }),
  'the right endpoint closes, and the wrong one would be fatal': withId('1.1.1', {
    expectedClose: { ...REPLY, closedByWrongEndpointIsFatal: true },
  }),
});

export const CASES: Readonly<Record<string, readonly Case[]>> = {
  messages: MESSAGES,
  close: CLOSE_REPORTS,
  reactions: REACTIONS,
  opening: OPENINGS,
  'log-off': LOG_OFF,
  ids: IDS,
};
