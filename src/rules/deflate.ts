// Compressed messages, RFC 7692 §6 and §7.2. What zlib hides is what is judged here: where the stream ends, how far it
// reaches back, what stands after the last block.

import { octetsInWords } from '../model/octets.ts';
import { type Connection, mayTakeOver, windowOf } from '../protocol/connection.ts';
import type { InflateResult } from '../protocol/deflate/inflate.ts';
import { frameAt, type Message } from '../protocol/frame/message.ts';
import { missingMeaning } from './frame.ts';
import { type Check, defineRule, EITHER, FIRST_OCTET, type Found, type FrameSubject, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const PMD = '# writer: client\n# extensions: permessage-deflate\n';
const PMD_AND_OTHER = '# writer: client\n# extensions: permessage-deflate, other\n';
const WHETHER = 'whether the message inflates';
/** 1,049,600 octets of zero in 1,034. */
const MEGABYTE_OF_ZEROS = `ecc13101000000c2a0f54f6d076fa${'0'.repeat(2035)}3e03`;
/** Five octets compress to seven. */
const HELLO_IS_LONGER = ['deflate/inflated-larger-than-plain'];
const SECTION = 'RFC 7692 §7.2.1';
const NOTABLE_SIZE = 1 << 20;
const NOTABLE_RATIO = 100;

type OnInflation = (inflation: InflateResult, message: Message, subject: FrameSubject, connection: Connection) => Check;

/**
 * Asks about a compressed message that has been inflated. What another extension has made of its payload is not known
 * (RFC 6455 §9.1): the rule that has words for that says that it cannot tell, the others keep quiet.
 */
function onInflation(judge: OnInflation, whether: string | null = null) {
  return (subject: FrameSubject, connection: Connection): Check => {
    const { message } = subject;
    if (!message?.inflation) return null;
    if (connection.unknownExtension === null) return judge(message.inflation, message, subject, connection);
    const missing = missingMeaning(connection);
    return whether !== null && missing !== null && { says: whether, missing };
  };
}

/** A finding at payload octet `at` of the message, in whichever frame that stands. */
function foundAt(message: Message, at: number, says: string): Found {
  const place = frameAt(message, at);
  return place ? { says, on: place.frame, octets: [place.octet, place.octet + 1] } : { says };
}

function lastOctet(message: Message): number {
  return Math.max(message.length - 1, 0);
}

export const DEFLATE_RULES: readonly Rule[] = [
  defineRule({
    id: 'deflate/invalid-stream',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 7692 §7.2.2',
    title: 'The payload is not a DEFLATE stream',
    reaction: 'fail',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(({ fault, unknown }, message) => {
      if (fault) return foundAt(message, fault.at, fault.says);
      if (!unknown) return null;
      return { ...foundAt(message, unknown.at, WHETHER), missing: 'earlier messages, to which the stream refers' };
    }, WHETHER),
    examples: {
      violates: [
        { log: `${PMD}rx c10106`, at: [0, 2, 3] },
        { log: `${PMD}rx c10d789cf348cdc9c90700058c01f5`, at: [0, 2, 3] },
        // A code that the fixed table has, and that means nothing.
        { log: `${PMD}rx c1021a03`, at: [0, 2, 3] },
      ],
      holds: [{ log: `${PMD}rx c107f248cdc9c90700`, also: HELLO_IS_LONGER }],
    },
  }),
  defineRule({
    id: 'deflate/not-flushed',
    severity: 'error',
    basis: 'MUST (§6.1 algorithm)',
    by: EITHER,
    section: SECTION,
    title: 'The compressed message does not end with an empty stored block',
    // Many receivers read it all the same, and nothing tells them not to.
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(({ end, fault }, message) => {
      if (fault !== null || (end !== 'between-blocks' && end !== 'inside-block')) return null;
      const where =
        end === 'between-blocks'
          ? 'after a whole block, without the empty stored block that should follow'
          : 'inside a block';
      return foundAt(message, lastOctet(message), `the stream ends ${where}`);
    }),
    examples: {
      violates: [
        { log: `${PMD}rx c107f348cdc9c90700`, at: [0, 8, 9], also: ['deflate/bfinal-used', ...HELLO_IS_LONGER] },
      ],
      holds: [{ log: `${PMD}rx c108f348cdc9c9070000`, also: ['deflate/bfinal-used', ...HELLO_IS_LONGER] }],
    },
  }),
  defineRule({
    id: 'deflate/tail-not-removed',
    severity: 'error',
    basis: 'MUST (§6.1 algorithm)',
    by: EITHER,
    section: SECTION,
    title: 'The compressed message still has the 00 00 ff ff that is to be removed',
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(
      ({ end }, message) =>
        end === 'tail-kept' &&
        foundAt(message, Math.max(message.length - 4, 0), 'the payload still ends in 00 00 ff ff'),
    ),
    examples: {
      violates: [{ log: `${PMD}rx c10bf248cdc9c907000000ffff`, at: [0, 9, 10] }],
      holds: [
        { log: `${PMD}rx c107f248cdc9c90700`, also: HELLO_IS_LONGER },
        { log: `${PMD_AND_OTHER}rx c10bf248cdc9c907000000ffff\nrx c10106`, also: ['log/unknown-extension'] },
      ],
    },
  }),
  defineRule({
    id: 'deflate/tail-removed-midmessage',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: SECTION,
    title: '00 00 ff ff is removed at the end of a fragment that does not end the message',
    reaction: 'fail',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(
      ({ tailsMissing }, message) =>
        tailsMissing[0] !== undefined &&
        foundAt(
          message,
          tailsMissing[0] - 1,
          'the stream is right once 00 00 ff ff is put back at the end of this fragment',
        ),
    ),
    examples: {
      violates: [{ log: `${PMD}rx 4104f2480500\nrx 8005cac9c90700`, at: [0, 5, 6], also: HELLO_IS_LONGER }],
      holds: [{ log: `${PMD}rx 4108f24805000000ffff\nrx 8005cac9c90700`, also: HELLO_IS_LONGER }],
    },
  }),
  defineRule({
    id: 'deflate/empty-payload',
    severity: 'error',
    basis: 'implied',
    by: EITHER,
    section: 'RFC 7692 §7.2.3.6',
    title: 'A compressed message without any payload',
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(
      ({ end }) => end === 'empty' && { says: 'an empty message compresses to at least the octet 00', octets: [1, 2] },
    ),
    examples: {
      violates: [{ log: `${PMD}rx c100`, at: [0, 1, 2] }],
      holds: [{ log: `${PMD}rx c10100`, also: ['deflate/inflated-larger-than-plain'] }, { log: `${PMD}rx 8100` }],
    },
  }),
  defineRule({
    id: 'deflate/bfinal-used',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 7692 §7.2.3.4',
    title: 'A block with BFINAL set',
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(
      ({ finalAt }, message) =>
        finalAt !== null &&
        foundAt(message, finalAt, 'a block with BFINAL set: legal, but some inflaters lose what follows it'),
    ),
    examples: {
      violates: [{ log: `${PMD}rx c108f348cdc9c9070000`, at: [0, 2, 3], also: HELLO_IS_LONGER }],
      holds: [{ log: `${PMD}rx c107f248cdc9c90700`, also: HELLO_IS_LONGER }],
    },
  }),
  defineRule({
    id: 'deflate/bfinal-padding',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: SECTION,
    title: 'The bits after a final block are not zero',
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(
      ({ finalPadding }, message) =>
        finalPadding !== null && foundAt(message, finalPadding, 'a padding bit after the final block is set'),
    ),
    examples: {
      violates: [
        { log: `${PMD}rx c108f348cdc9c9078000`, at: [0, 8, 9], also: ['deflate/bfinal-used', ...HELLO_IS_LONGER] },
      ],
      holds: [{ log: `${PMD}rx c108f348cdc9c9070000`, also: ['deflate/bfinal-used', ...HELLO_IS_LONGER] }],
    },
  }),
  defineRule({
    id: 'deflate/window-exceeded',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: SECTION,
    title: 'A back-reference reaches farther than the agreed window',
    // Many receivers read it all the same, and nothing tells them not to.
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(({ farthest }, message, { sender }, connection) => {
      const bits = windowOf(sender, connection);
      if (!farthest || farthest.distance <= 2 ** bits) return null;
      const says = `a back-reference reaches ${farthest.distance} octets back, and the agreed window has ${2 ** bits}`;
      return foundAt(message, farthest.at, says);
    }),
    examples: {
      violates: [
        {
          log: '# writer: client\n# extensions: permessage-deflate; server_max_window_bits=8\nrx c1074a1c05c0000000',
        },
      ],
      holds: [
        { log: '# writer: client\n# extensions: permessage-deflate; server_max_window_bits=8\nrx c1074a1c0540ff0300' },
      ],
    },
  }),
  defineRule({
    id: 'deflate/context-takeover-used',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: SECTION,
    title: 'A message refers to an earlier one, and context takeover is not allowed',
    // Many receivers read it all the same, and nothing tells them not to.
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(({ beforeStart }, message, { sender }, connection) => {
      if (!beforeStart || mayTakeOver(sender, connection)) return null;
      const says = `a back-reference of distance ${beforeStart.distance} reaches into an earlier message, though ${sender.role}_no_context_takeover is agreed`;
      return foundAt(message, beforeStart.at, says);
    }),
    examples: {
      violates: [
        {
          log: '# writer: client\n# extensions: permessage-deflate; client_no_context_takeover\ntx c18737fa213dc5b2ecf4fefd21\ntx c1859c51e07b6e51f17b9c',
          at: [1, 8, 9],
          also: HELLO_IS_LONGER,
        },
      ],
      holds: [{ log: `${PMD}tx c18737fa213dc5b2ecf4fefd21\ntx c1859c51e07b6e51f17b9c`, also: HELLO_IS_LONGER }],
    },
  }),
  defineRule({
    id: 'deflate/expansion-ratio',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 7692 §8',
    title: 'A small payload inflates to a very large message',
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(({ length, end }, message) => {
      if (end === 'limit')
        return {
          says: `wirelog stopped inflating the ${octetsInWords(message.length)} at ${length}`,
          octets: FIRST_OCTET,
        };
      const isNotable = length > NOTABLE_SIZE && length > NOTABLE_RATIO * message.length;
      return isNotable && { says: `${octetsInWords(message.length)} inflate to ${length} octets`, octets: FIRST_OCTET };
    }),
    examples: {
      violates: [{ log: `${PMD}rx c27e040a${MEGABYTE_OF_ZEROS}`, at: [0, 0, 1] }],
      holds: [{ log: `${PMD}rx c107f248cdc9c90700`, also: HELLO_IS_LONGER }],
    },
  }),
  defineRule({
    id: 'deflate/inflated-larger-than-plain',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 7692 §7.3',
    title: 'Compressing did not make the message shorter',
    reaction: 'none',
    on: 'message',
    when: SIGN.INFLATED,
    check: onInflation(
      ({ length, end }, message) =>
        end === 'flushed' &&
        message.length > length && {
          says: `${octetsInWords(length)} were compressed to ${message.length}`,
          octets: FIRST_OCTET,
        },
    ),
    examples: {
      violates: [{ log: `${PMD}rx c10b000500faff48656c6c6f00`, at: [0, 0, 1] }],
      holds: [
        { log: `${PMD}rx 810548656c6c6f` },
        // As long as the text.
        { log: `${PMD}rx c1064a4c04010000` },
      ],
    },
  }),
];
