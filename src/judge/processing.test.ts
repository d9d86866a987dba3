// What shows that an endpoint acted on an invalid frame of the other one, and what only looks so.

import { describe, expect, it } from 'vitest';
import { hexOf, octetsOfText } from '../model/octets.ts';
import { octetsOfFrame } from '../model/wire-frame.fixture.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { annotateExample } from './example.ts';

let keys = 0;

function sent(opcode: number, text: string, rsv = 0): string {
  const key = Uint8Array.of(0x37, 0xfa, 0x21, keys++ & 0xff);
  return `tx ${hexOf(octetsOfFrame({ fin: true, rsv, opcode, key, payload: octetsOfText(text) }))}`;
}

function received(opcode: number, text: string): string {
  return `rx ${hexOf(octetsOfFrame({ fin: true, rsv: 0, opcode, key: null, payload: octetsOfText(text) }))}`;
}

const text = (content: string) => sent(OPCODE.TEXT, content);
const bad = (content: string) => sent(OPCODE.TEXT, content, 2);
const back = (content: string) => received(OPCODE.TEXT, content);
const ping = (content: string) => sent(OPCODE.PING, content);
const pong = (content: string) => received(OPCODE.PONG, content);
const CLOSE = 'rx 880203ea';

/** `rule certainty` of what says that something invalid was acted on. */
function acted(...rows: readonly string[]): string[] {
  const { rows: annotated } = annotateExample({ log: rows.join('\n') });
  const all = annotated.flatMap(({ annotations }) => annotations);
  const told = all.filter(({ rule }) => rule === 'reaction/invalid-processed' || rule.endsWith('continued-processing'));
  return told.map(({ rule, certainty }) => `${rule} ${certainty}`);
}

const OPEN = ['reaction/invalid-processed cannot-tell'];
const ACTED = ['reaction/invalid-processed certain'];
const LONG = 'a long and varied message';
const echoes = (...contents: readonly string[]) => contents.flatMap((content) => [text(content), back(content)]);

describe('equal content', () => {
  it('may be a greeting', () => {
    expect(acted(bad('hi'), back('hi'), CLOSE)).toEqual(OPEN);
    expect(acted(bad(LONG), back(LONG), CLOSE)).toEqual(OPEN);
  });

  it('may be what another client had broadcast', () => {
    const said = [back('bob: good evening, everybody'), ...echoes('hello from here', 'and again hello')];
    expect(acted(...said, bad(LONG), back(LONG), CLOSE)).toEqual(OPEN);
  });

  it('may be the second echo of an earlier message', () => {
    expect(acted(...echoes('one of them', 'two of them', LONG), bad(LONG), back(LONG), CLOSE)).toEqual(OPEN);
    expect(acted(text('hello'), back('hello'), bad('hello'), back('hello'), CLOSE)).toEqual(OPEN);
  });

  it('may be short, and sent by chance', () => {
    expect(acted(...echoes('one of them', 'two of them'), bad('ok'), back('ok'), CLOSE)).toEqual(OPEN);
    expect(acted(...echoes('one', 'two'), bad('-'.repeat(40)), back('-'.repeat(40)), CLOSE)).toEqual(OPEN);
  });

  it('was sent in answer where the sender has sent nothing but echoes, and nobody had sent it before', () => {
    expect(acted(...echoes('one of them', 'two of them'), bad(LONG), back(LONG), CLOSE)).toEqual(ACTED);
  });

  it('is an echo in a case of the suite', () => {
    const head = ['# writer: client', '# extensions: none', '# case: 3.1'];
    expect(acted(...head, bad('hi'), back('hi'), CLOSE)).toEqual(ACTED);
  });

  it('is not told of where the log does not hold what came before', () => {
    const rows = [...echoes('one of them', 'two of them'), bad(LONG), back(LONG), CLOSE];
    const numbered = rows.map((row, i) => `00${i + 2} ${row}`);
    expect(acted('# writer: client', '# extensions: none', ...numbered)).toEqual(OPEN);
  });
});

describe('a Pong for a Ping of after the fault', () => {
  const WENT_ON = ['reaction/continued-processing certain'];
  const MAY_HAVE = ['reaction/continued-processing cannot-tell'];

  it('shows that what came after it was read', () => {
    expect(acted(bad('x'), ping('ping 1'), pong('ping 1'), CLOSE)).toEqual(WENT_ON);
  });

  it('may be a heartbeat where it is empty or short', () => {
    expect(acted(bad('x'), ping(''), pong(''), CLOSE)).toEqual(MAY_HAVE);
    expect(acted(bad('x'), ping('1'), pong('1'), CLOSE)).toEqual(MAY_HAVE);
    expect(acted(bad('x'), ping('00000000'), pong('00000000'), CLOSE)).toEqual(MAY_HAVE);
  });

  it('shows nothing where it answers a Ping of before', () => {
    expect(acted(ping('ping 1'), bad('x'), ping('ping 1'), pong('ping 1'), CLOSE)).toEqual([]);
    expect(acted(ping('ping 1'), bad('x'), ping('ping 1'), pong('ping 1'), pong('ping 1'), CLOSE)).toEqual(MAY_HAVE);
  });
});
