// Text, RFC 6455 §5.6 and §8.1: UTF-8 over the whole message, all its fragments together.

import { octetInHex, textOf } from '../model/octets.ts';
import { contentOf, type Message } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { missingMeaning } from './frame.ts';
import { defineRule, EITHER, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

// Noncharacters of every plane, NUL, and a byte order mark that begins the text.
const ODD_CHARACTERS = /[\0\ufdd0-\ufdef]|\p{Noncharacter_Code_Point}|^\ufeff/u;

function clearText(message: Message): string | null {
  if (!message.utf8 || message.brokenAt) return null;
  const octets = contentOf(message);
  return octets && textOf(octets);
}

function codePointName(text: string): string {
  const found = ODD_CHARACTERS.exec(text)?.[0] ?? '';
  return `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

export const TEXT_RULES: readonly Rule[] = [
  defineRule({
    id: 'text/invalid-utf8',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §8.1',
    title: 'A text message is not UTF-8',
    reaction: 'fail-1007',
    on: 'text',
    when: SIGN.BROKEN_TEXT,
    check: ({ broke, message, frame }, connection) => {
      if (broke) {
        const says = `the text is not UTF-8: octet ${broke.inMessage} of the message is ${octetInHex(broke.octet)} (${broke.what})`;
        if (message.compressed) return { says };
        const at = frame.headerLength + broke.inFrame;
        return { says, octets: [at, at + 1] };
      }
      const says = 'whether the text is UTF-8';
      if (!message.utf8) {
        const missing = missingMeaning(connection);
        return missing !== null && { says, missing };
      }
      if (!message.hidden && message.inflation?.end !== 'limit') return null;
      return { says, missing: 'payload octets that the log cuts off' };
    },
    examples: {
      violates: [
        { log: 'rx 810448eda080', at: [0, 4, 5] },
        { log: 'rx 8101ff', at: [0, 2, 3] },
        { log: 'rx 8102c0af', at: [0, 2, 3] },
        { log: 'rx 0102cebb\nrx 8900\nrx 8002bf61', at: [2, 2, 3] },
        { log: 'rx 8104f4908080', at: [0, 3, 4] },
      ],
      holds: [
        { log: 'rx 8103ed9fbf' },
        { log: 'rx 8104f48080bf' },
        // It may be compressed.
        { log: '# writer: client\nrx c107f248cdc9c90700', also: ['log/handshake-missing'] },
        { log: '# writer: client\n# extensions: other\nrx c107f248cdc9c90700', also: ['log/unknown-extension'] },
      ],
    },
  }),
  defineRule({
    id: 'text/incomplete-utf8',
    severity: 'error',
    basis: 'MUST',
    by: EITHER,
    section: 'RFC 6455 §8.1',
    title: 'A text message ends inside a UTF-8 sequence',
    reaction: 'fail-1007',
    on: 'text',
    when: SIGN.BROKEN_TEXT,
    check: ({ broke, message, frame }) => {
      const { utf8 } = message;
      if (broke || !utf8 || utf8.due === 0 || contentOf(message) === null) return null;
      const says = `the text ends inside the UTF-8 sequence that begins with ${octetInHex(utf8.lead)} at octet ${utf8.leadAt}`;
      const fromEnd = utf8.seen - utf8.leadAt;
      if (message.compressed) return { says };
      const end = frame.headerLength + frame.length;
      return { says, octets: [Math.max(end - fromEnd, Math.min(frame.headerLength, end - 1)), end] };
    },
    examples: {
      violates: [
        { log: 'rx 8104cebae1bd', at: [0, 4, 6] },
        { log: 'rx 010161\nrx 8001e1', at: [1, 2, 3] },
      ],
      holds: [{ log: 'rx 8105cebae1bdb9' }],
    },
  }),
  defineRule({
    id: 'text/split-sequence',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §5.6',
    title: 'A UTF-8 sequence is split between two fragments',
    reaction: 'none',
    on: 'frame',
    when: SIGN.SPLIT,
    check: ({ frame, message }) =>
      message?.utf8 &&
      frame.opcode <= OPCODE.TEXT &&
      !frame.fin &&
      frame.length > 0 &&
      message.utf8.due > 0 &&
      !message.brokenAt &&
      !message.hidden && {
        says: 'the fragment ends inside a UTF-8 sequence, which a receiver has to accept',
        octets: [frame.headerLength + frame.length - 1, frame.headerLength + frame.length],
      },
    examples: {
      violates: [{ log: 'rx 0104cebae1bd\nrx 8001b9', at: [0, 5, 6] }],
      holds: [{ log: 'rx 0102ceba\nrx 8003e1bdb9' }],
    },
  }),
  defineRule({
    id: 'text/noncharacter',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 3629 §3',
    title: 'Valid text that peers sometimes refuse: a noncharacter, NUL or a byte order mark',
    reaction: 'none',
    on: 'message',
    when: SIGN.ODD_TEXT,
    check: ({ message }) => {
      const text = message && clearText(message);
      return text && ODD_CHARACTERS.test(text) && `${codePointName(text)} is valid UTF-8 and has to be accepted`;
    },
    examples: {
      violates: [{ log: 'rx 8103efbfbe' }, { log: 'rx 810100' }, { log: 'rx 8104efbbbf61' }],
      holds: [{ log: 'rx 810548656c6c6f' }],
    },
  }),
];
