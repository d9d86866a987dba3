// Advice on `frame/`, `mask/`, `fragment/` and `control/`.

import type { AdviceTable } from './table.ts';

export const FRAME_ADVICE: AdviceTable = {
  'frame/rsv-set': [
    'The peer fails the connection with 1002, or reads a compressed payload as garbage.',
    'An end sends compressed frames though the extension was not agreed, often because a proxy took the header away.',
    'Set a reserved bit only where the 101 agreed to the extension that defines it.',
  ],
  'frame/opcode-reserved-data': [
    'The peer fails the connection with 1002.',
    'The header is read or written from the wrong octet after a length error, or a private opcode was made up.',
    'Look at the frame before this one for a wrong length; for kinds of messages of your own use a subprotocol.',
  ],
  'frame/opcode-reserved-control': [
    'The peer fails the connection with 1002.',
    'A frame boundary is lost after a wrong length, or a private control frame was made up.',
    'Look at the frame before this one for a wrong length; send signals of your own as messages.',
  ],
  'frame/length-not-minimal': [
    'A strict peer fails the connection with 1002, others take it, so it fails with some only.',
    'The sender always writes the 16-bit or the 64-bit length, or compares with 126 or 65535 off by one.',
    'Use 7 bits up to 125, 16 bits up to 65535, and 64 bits only above that.',
  ],
  'frame/length-msb-set': [
    'The peer fails the connection, as no frame can be that long.',
    'A negative number, or a length in the wrong byte order, is written into the eight octets.',
    'Write the length as an unsigned number, most significant octet first.',
  ],
  'frame/mask-missing': [
    'Every server has to end the connection, and most close with 1002.',
    'The client uses the code of a server to write frames, or masks only when a flag is set.',
    'Set the mask bit in every frame of a client, control frames and empty ones too, and mask the payload.',
  ],
  'frame/mask-present': [
    'Every client has to end the connection; browsers report a masked frame.',
    'The same code writes frames for both roles and is not told that it is the server here.',
    'Never mask what a server sends.',
  ],
  'frame/length-huge': [
    'The receiver may run out of memory, or wait for octets that never come.',
    'A frame boundary was lost and other octets are read as the length, or a whole file is sent as one frame.',
    'Check the frame before it, cut large messages into fragments, and set a limit that is answered with 1009.',
  ],
  'mask/key-constant': [
    'Masking does not protect caches and proxies any more from a page that can guess the octets on the wire.',
    'The key is a constant, or is made once a connection.',
    'Take four fresh random octets from a cryptographic source for each frame.',
  ],
  'mask/key-zero': [
    'The payload is on the wire as it is, which is what masking is there to prevent.',
    'A client that wants to save time, or a test, sets the key to zero.',
    'Take a random key where pages of others can choose what is sent; elsewhere nothing breaks.',
  ],
  'mask/key-repeated': [
    'A key that is used again can be guessed, and then the payload decides what is on the wire.',
    'A weak generator, one with a new seed each time, or a small pool of keys is used.',
    'Use a cryptographic source, and no cache of keys.',
  ],
  'mask/key-sequence': [
    'The next key can be computed, and then the payload decides what is on the wire.',
    'The key is a counter or a clock, or its octets come from a linear generator.',
    'Use a cryptographic source.',
  ],
  'fragment/unexpected-continuation': [
    'The peer fails the connection with 1002, as it cannot know what the fragment belongs to.',
    'The first fragment was sent with FIN, or two threads write fragments of two messages at once.',
    'Set FIN on the last fragment only, and let one writer at a time send a message.',
  ],
  'fragment/new-message-inside-message': [
    'The peer fails the connection with 1002, and both messages are lost.',
    'Two threads write to one connection, or the later fragments keep the opcode of the first.',
    'Use opcode 0 from the second fragment on, and hold a lock until the message has ended.',
  ],
  'fragment/unfinished-at-close': [
    'The receiver throws away what it has of the message.',
    'The application closes while a stream or a file is still being sent.',
    'End the message before the Close, where it matters.',
  ],
  'fragment/empty-fragment': [
    'Nothing breaks, but a peer that counts fragments or loops on empty reads may stumble.',
    'A stream is flushed when nothing is waiting, or its end is told by an empty last fragment.',
    'Send a fragment only when there is something in it, unless it ends the message.',
  ],
  'fragment/excessive': [
    'Each fragment costs the receiver a header and a buffer, and some refuse the message with 1008 or 1009.',
    'Each small write of a stream becomes a frame.',
    'Collect what is written into frames of a few kilobytes.',
  ],
  'control/fragmented': [
    'The peer fails the connection with 1002.',
    'All frames are cut at a size, control frames too, or FIN is left out.',
    'Send Ping, Pong and Close as one frame with FIN.',
  ],
  'control/too-long': [
    'The peer fails the connection with 1002, and a close reason that was too long is never read.',
    'An error message or a stack trace is sent as close reason, or application data as Ping.',
    'Cut the payload to 125 octets; a reason has room for 123, and ends between two characters.',
  ],
};
