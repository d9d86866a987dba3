// Advice on `ping/` and `text/`.

import type { AdviceTable } from './table.ts';

export const MESSAGE_ADVICE: AdviceTable = {
  'ping/pong-missing': [
    'The peer takes the connection for dead after its timeout and ends it, often in the middle of work.',
    'Frames are read only when the application waits for a message, or its event loop is busy.',
    'Answer Pings in the reader itself, and keep reading while the application works.',
  ],
  'ping/pong-payload-mismatch': [
    'The peer cannot match the Pong to its Ping, and takes the connection for dead.',
    'The Pong is empty, cut, still masked with the key of the Ping, or has the data of another one.',
    'Send the unmasked payload of the Ping back, octet by octet.',
  ],
  'ping/pong-late': [
    'A peer with a short timeout ends the connection during every long message.',
    'Control frames are handled only when the message around them is complete.',
    'Handle control frames between fragments, as soon as they are there.',
  ],
  'ping/pong-superseded': [
    'Nothing breaks, unless the peer waits for each single Pong.',
    'The endpoint answers only the newest Ping when it falls behind, as the RFC allows.',
    'Let the peer accept the Pong of a later Ping for all earlier ones.',
  ],
  'ping/pong-reordered': [
    'A peer that measures the round trip gets wrong times.',
    'Pongs are sent from several threads or tasks.',
    'Answer Pings in the order in which they came.',
  ],
  'ping/pong-duplicate': [
    'A peer that counts Pongs may measure wrong times; nothing else breaks.',
    'Both the library and the application answer the Ping.',
    'Answer it in one place, and only observe it in the other.',
  ],
  'ping/pong-unsolicited': [
    'Nothing breaks: such a Pong is a heartbeat in one direction, and asks for no answer.',
    'The endpoint sends Pongs to keep the connection open, or answers a Ping that the log does not show.',
    'Do nothing, or send a Ping where it matters whether the peer is there.',
  ],
  'text/invalid-utf8': [
    'The peer has to fail the connection with 1007, and all that was under way is lost.',
    'Binary data, Latin-1, or a text cut at an octet count is sent as text.',
    'Send binary data with opcode 2, and encode text as UTF-8 before it is cut.',
  ],
  'text/incomplete-utf8': [
    'The peer has to fail the connection with 1007 when the message ends.',
    'A text is cut at a number of octets, in the middle of a character.',
    'Cut between characters, or send the rest in the same message.',
  ],
  'text/split-sequence': [
    'A receiver that decodes each fragment by itself fails or shows replacement characters.',
    'The sender cuts the encoded message at fixed sizes, as it may.',
    'Decode the whole message, or with a decoder that keeps its state between fragments.',
  ],
  'text/noncharacter': [
    'Some peers refuse the text, lose the mark, or cut it at the NUL.',
    'A file is sent with its byte order mark, or a C string with its end.',
    'Remove the mark and the NUL before sending, where they do not mean anything.',
  ],
};
