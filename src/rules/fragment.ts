// Fragmentation of data messages, RFC 6455 §5.4.

import { startOf } from '../protocol/frame/frame.ts';
import type { Message } from '../protocol/frame/message.ts';
import { OPCODE } from '../protocol/frame/opcode.ts';
import { isDataOpcode } from './frame.ts';
import { defineRule, EITHER, FIRST_OCTET, type Found, type Rule } from './kit/rule.ts';
import { SIGN } from './kit/signs.ts';

const MANY_FRAGMENTS = 1000;

/** An extension may interleave the fragments of several messages (RFC 6455 §5.4). */
function unlessInterleaved(found: Found, unknownExtension: string | null): Found {
  return unknownExtension === null ? found : { ...found, missing: `what the extension ${unknownExtension} defines` };
}

function openMessage({ headless, frames: [first] }: Message): string {
  if (headless || !first) return 'a message whose beginning is not in the log';
  return `the message that began in row ${startOf(first).row}`;
}

export const FRAGMENT_RULES: readonly Rule[] = [
  defineRule({
    id: 'fragment/unexpected-continuation',
    severity: 'error',
    basis: 'implied',
    by: EITHER,
    section: 'RFC 6455 §5.4',
    title: 'A continuation frame while no message is open',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.FRAGMENT,
    check: ({ frame, sender, inside, insideUnknown, followsControl }, { unknownExtension }) => {
      // After a Close no data frame may come: that is the fault then.
      if (frame.opcode !== OPCODE.CONTINUATION || inside || followsControl || sender.close) return null;
      const found = { says: 'it sent a continuation frame while it had no message open', octets: FIRST_OCTET };
      if (insideUnknown) return { ...found, missing: 'what came before' };
      return unlessInterleaved(found, unknownExtension);
    },
    examples: {
      violates: [
        { log: 'rx 80026c6f', at: [0, 0, 1] },
        { log: 'rx 010348656c\nrx 80026c6f\nrx 80026c6f', at: [2, 0, 1] },
      ],
      holds: [
        { log: 'rx 010348656c\nrx 80026c6f' },
        // Nobody knows what the reserved opcode stands for: the message is still open.
        {
          log: '# writer: client\n# extensions: foo\nrx 010348656c\nrx 8300\nrx 80026c6f',
          also: ['frame/opcode-reserved-data', 'log/unknown-extension'],
        },
        { log: 'rx 010348656c\nrx 81zz\nrx 80026c6f', also: ['log/gap'] },
        { log: 'rx 880203e8\nrx 80026c6f', also: ['close/data-after-close'] },
      ],
    },
  }),
  defineRule({
    id: 'fragment/new-message-inside-message',
    severity: 'error',
    basis: 'MUST NOT',
    by: EITHER,
    section: 'RFC 6455 §5.4',
    title: 'A new data message begins while another one is open',
    reaction: 'fail-1002',
    on: 'header',
    when: SIGN.FRAGMENT,
    check: ({ frame, sender, inside }, { unknownExtension }) => {
      const isNew = frame.opcode === OPCODE.TEXT || frame.opcode === OPCODE.BINARY;
      if (!isNew || inside === null || inside.headless || sender.close) return null;
      const says = `it began a new message, and ${openMessage(inside)} is still open`;
      return unlessInterleaved({ says, octets: FIRST_OCTET }, unknownExtension);
    },
    examples: {
      violates: [{ log: 'rx 010348656c\nrx 81026c6f', at: [1, 0, 1] }],
      holds: [
        { log: 'rx 010348656c\nrx 8900\nrx 80026c6f' },
        { log: 'rx 010348656c\nrx 80026c6f\nrx 810161' },
        // Nothing may come after its Close, whatever it was inside of.
        {
          log: 'rx 010348656c\nrx 880203e8\nrx 81026c6f',
          also: ['fragment/unfinished-at-close', 'close/data-after-close'],
        },
        // The message that the lost row was part of may have ended in it.
        { log: 'rx 010348656c\nRX OCTETS: 80zz\nrx 81026c6f', also: ['log/gap'] },
      ],
    },
  }),
  defineRule({
    id: 'fragment/unfinished-at-close',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §5.5.1',
    title: 'A Close while its sender has a message open: the message is lost',
    reaction: 'none',
    on: 'header',
    when: SIGN.CLOSE,
    check: ({ frame, inside }) =>
      frame.opcode === OPCODE.CLOSE &&
      inside !== null && {
        says: `it sent this Close and never finished ${openMessage(inside)}`,
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [{ log: 'rx 010348656c\nrx 880203e8', at: [1, 0, 1] }],
      holds: [{ log: 'rx 010348656c\nrx 80026c6f\nrx 880203e8' }],
    },
  }),
  defineRule({
    id: 'fragment/empty-fragment',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §5.4',
    title: 'A fragment without payload',
    reaction: 'none',
    on: 'header',
    when: SIGN.ODD_FRAGMENT,
    check: ({ frame, followsControl }) =>
      isDataOpcode(frame.opcode) &&
      frame.length === 0 &&
      !followsControl &&
      (!frame.fin || frame.opcode === OPCODE.CONTINUATION) && {
        says: 'a fragment without payload, which a receiver has to accept',
        octets: [1, 2],
      },
    examples: {
      violates: [{ log: 'rx 0100\nrx 800548656c6c6f', at: [0, 1, 2] }],
      holds: [{ log: 'rx 810548656c6c6f' }, { log: 'rx 8100' }],
    },
  }),
  defineRule({
    id: 'fragment/excessive',
    severity: 'note',
    basis: 'legal',
    by: EITHER,
    section: 'RFC 6455 §10.4',
    title: 'A message of very many fragments',
    reaction: 'none',
    on: 'header',
    when: SIGN.ODD_FRAGMENT,
    check: ({ message, frame }) =>
      message?.frames.length === MANY_FRAGMENTS + 1 &&
      isDataOpcode(frame.opcode) && {
        says: `more than ${MANY_FRAGMENTS} fragments; a receiver may close with 1008 or 1009`,
        octets: FIRST_OCTET,
      },
    examples: {
      violates: [{ log: `rx 010161\n${'rx 000161\n'.repeat(1000)}rx 800161`, at: [1000, 0, 1] }],
      holds: [{ log: 'rx 010161\nrx 800161' }],
    },
  }),
];
