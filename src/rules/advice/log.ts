// Advice on `log/`: the log itself.

import type { AdviceTable } from './table.ts';

export const LOG_ADVICE: AdviceTable = {
  'log/elided-octets': [
    'Rules that need the hidden octets can only say that they cannot tell.',
    'The suite cuts what it shows of a row, and libraries cut long payloads.',
    'Record the connection with wirelog record, or capture it, where the answer matters.',
  ],
  'log/decode-mismatch': [
    'One of the two accounts of the frame is wrong, and whoever believes it looks in the wrong place.',
    'The writer of the log decodes wrongly, logs a changed payload, or the log was edited.',
    'Believe the octets, and report it to whoever writes the log.',
  ],
  'log/gap': [
    'What comes after the gap is judged with less certainty, as frames may be missing in it.',
    'The capture lost packets, or lines were left out of a paste.',
    'Capture with a larger buffer and without a snap length, or paste the whole log.',
  ],
  'log/begins-inside': [
    'The first octets cannot be decoded, and what came before is not known.',
    'The capture began while the connection was open, or a paste begins in the middle.',
    'Begin to record before the client connects.',
  ],
  'log/truncated': [
    'Nobody can tell whether the closing handshake and the end of TCP were right.',
    'The recording was stopped, or the log was copied, before the connection ended.',
    'Record until TCP has ended.',
  ],
  'log/handshake-missing': [
    'Whether a compression or a subprotocol is agreed is not known, so that some rules cannot tell.',
    'The log or the paste begins after the opening handshake.',
    'Add the handshake, or say with "# extensions: none" or a header value what was agreed.',
  ],
  'log/unknown-extension': [
    'Reserved bits and payloads mean what the extension says, so that rules about them cannot tell.',
    'A vendor extension was agreed, or a draft of compression.',
    'Record once without the extension to see the frames as they are.',
  ],
  'log/octets-after-fin': [
    'What comes after the end of TCP cannot have been sent then, so the order of the log is not to be trusted.',
    'Two connections are mixed into one log, or rows were sorted or edited.',
    'Split the log by connection, and keep its rows in the order in which they were written.',
  ],
  'log/role-unknown': [
    'Rules about masking and roles cannot tell who broke them.',
    'A few octets were pasted without a word on who sent them.',
    'Name the sender with decode --from, or the writer with "# writer: client" or "# writer: server".',
  ],
};
