// Advice on `reaction/`: what an endpoint does about a fault of the other.

import type { AdviceTable } from './table.ts';

export const REACTION_ADVICE: AdviceTable = {
  'reaction/handshake-accepted-invalid': [
    'Clients that work with this server fail with others, and what the check protects from gets in.',
    'The server looks only for the key, or for the word websocket.',
    'Check all of RFC 6455 §4.2.1 before the 101, and answer 400 or 426.',
  ],
  'reaction/handshake-error-status': [
    'The client takes a fault of its own for a fault of the server, and tries again.',
    'Every exception of the handshake becomes a 500, or TCP is just ended.',
    'Answer 400 to a bad request, and 426 to another version.',
  ],
  'reaction/too-strict-handshake': [
    'A peer that follows the RFC cannot connect.',
    'A value is compared letter by letter, such as "Upgrade: WebSocket", or a rule of the application says no.',
    'Compare names without regard to case, and say in the response what is wrong.',
  ],
  'reaction/handshake-client-proceeded': [
    'The client may be talking to a cache or to another protocol without noticing.',
    'The client looks only at the status.',
    'Check Upgrade, Connection, the accept value, the subprotocol and the extensions, and drop TCP where one is wrong.',
  ],
  'reaction/handshake-closed-with-frame': [
    'The server may read the frame as garbage; nothing else breaks.',
    'The client uses its general way to fail a connection, which sends a Close.',
    'End TCP without a frame as long as there is no connection.',
  ],
  'reaction/none': [
    'Damaged or forged data goes on into the application.',
    'The check is missing, or its error is logged and forgotten.',
    'Send a Close with the fitting code, and end TCP.',
  ],
  'reaction/continued-processing': [
    'Frames after a fault are acted on, though their boundaries cannot be trusted.',
    'The error is handled only after the whole read has been worked through.',
    'Stop the decoder at the fault, and throw away what comes after it.',
  ],
  'reaction/invalid-processed': [
    'The application gets data that its peer could not have sent rightly, and faults of peers stay unseen.',
    'The header bits or the text are not checked, or only in a debug build.',
    'Check before the frame is handed on, and fail the connection.',
  ],
  'reaction/echoed-invalid-close': [
    'A code that must not be sent goes on the wire once more, and the other end fails in its turn.',
    'The payload of the Close is copied into the answer without a check.',
    'Check code and reason first, and answer a bad one with 1002 or 1007.',
  ],
  'reaction/wrong-close-code': [
    'Whoever reads the logs looks for another kind of fault.',
    'All errors are closed with one code, such as 1000, 1006 or 1011.',
    'Send 1002 for the protocol, 1007 for text that is not UTF-8, and 1009 for what is too large.',
  ],
  'reaction/close-omitted': [
    'The peer reports 1006 and cannot know what it did wrong.',
    'The error path ends the socket at once, as the RFC allows.',
    'Send a Close with the code before TCP is ended.',
  ],
  'reaction/late': [
    'Memory and time go into a message that cannot be saved any more.',
    'UTF-8 is checked only when the message is complete.',
    'Check text as it comes, with a decoder that keeps its state.',
  ],
  'reaction/tcp-not-closed': [
    'The client waits, and the server keeps a dead connection open.',
    'The server sends its Close and waits for an answer that a broken peer never sends.',
    'End TCP after the Close, at the latest after a short timeout.',
  ],
  'reaction/unprovoked-failure': [
    'A sound peer loses its connection, and its users see an error that is not theirs.',
    'A check is too strict or wrong, or a limit of the application is told with the code for protocol errors.',
    'See which check failed; for limits and rules of your own use 1008, 1009 or a code from 4000 on.',
  ],
};
