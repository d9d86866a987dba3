// Advice on `deflate/`: compressed messages.

import type { AdviceTable } from './table.ts';

export const DEFLATE_ADVICE: AdviceTable = {
  'deflate/rsv1-on-control': [
    'The peer fails the connection with 1002.',
    'The bit is set on everything that is sent once compression is on.',
    'Send control frames as they are, without the bit.',
  ],
  'deflate/rsv1-on-continuation': [
    'The peer fails the connection with 1002.',
    'The sender sets the bit on every fragment of a compressed message.',
    'Set it on the first fragment only; it holds for the whole message.',
  ],
  'deflate/invalid-stream': [
    'The peer cannot inflate the message and fails the connection with 1007 or 1002.',
    'The payload has the header of zlib or gzip, is not compressed at all, or was masked or cut wrongly.',
    'Use raw DEFLATE, with zlib negative window bits, and check the frame lengths before it.',
  ],
  'deflate/not-flushed': [
    'The peer does not get the end of the message, or gets it with the next one.',
    'The deflater is not flushed at the end of the message, or with another flush than the sync flush.',
    'End each message with Z_SYNC_FLUSH, and remove its last four octets.',
  ],
  'deflate/tail-not-removed': [
    'Most peers inflate it nevertheless, a strict one fails the connection.',
    'The four octets of the flush are left on.',
    'Remove 00 00 ff ff from the end of each message.',
  ],
  'deflate/tail-removed-midmessage': [
    'The peer puts the four octets back at the end only, and cannot inflate what lies between.',
    'Each fragment is treated as if it were a message.',
    'Compress the message as a whole, and remove the four octets from its last fragment only.',
  ],
  'deflate/empty-payload': [
    'Some peers inflate nothing to nothing, others fail the connection.',
    'RSV1 is set on an empty message that never went through the deflater.',
    'Send the single octet 00, or send empty messages without RSV1.',
  ],
  'deflate/bfinal-used': [
    'A peer that takes the final block for the end of all messages cannot inflate the next one.',
    'The deflater is finished with each message instead of flushed.',
    'Flush with Z_SYNC_FLUSH, and receive with an inflater that starts anew after a final block.',
  ],
  'deflate/bfinal-padding': [
    'The octets after the final block are read as another block, and inflating fails.',
    'The stream is put together by hand, and the bits up to the next octet are left as they were.',
    'Fill the octet with zero bits, and add 00 after a final block.',
  ],
  'deflate/window-exceeded': [
    'The peer keeps only the agreed window and cannot inflate the message.',
    'The deflater runs with its default of 15 bits whatever was agreed.',
    'Make the deflater with the window bits of the 101.',
  ],
  'deflate/context-takeover-used': [
    'The peer has thrown its window away and cannot inflate the message.',
    'The deflater is kept between messages, though no_context_takeover was agreed for it.',
    'Reset the deflater after each message.',
  ],
  'deflate/expansion-ratio': [
    'The receiver may run out of memory on a message of a few octets.',
    'It is very regular data, or an attack.',
    'Limit the size after inflating, while it goes on, and close with 1009.',
  ],
  'deflate/inflated-larger-than-plain': [
    'The message costs time and is longer than it was before.',
    'Short messages, or data that is compressed already, go through the deflater.',
    'Compress only from some size on, and send images and archives uncompressed.',
  ],
};
