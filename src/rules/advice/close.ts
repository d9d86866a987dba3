// Advice on `close/`: Close frames and the closing handshake.

import type { AdviceTable } from './table.ts';

export const CLOSE_ADVICE: AdviceTable = {
  'close/payload-one-octet': [
    'The peer fails the connection with 1002, and nobody learns why it was closed.',
    'The code is written as one octet, or a reason is sent without a code.',
    'Send no payload at all, or two octets of code and then the reason.',
  ],
  'close/code-below-1000': [
    'The peer fails the connection with 1002, and logs show an error instead of an ordinary end.',
    'Zero, an HTTP status, or an exit code is sent as close code, or its two octets are swapped.',
    'Send 1000 for an ordinary end, or 4000 to 4999 for codes of your own, most significant octet first.',
  ],
  'close/code-never-on-wire': [
    'The peer fails the connection with 1002, and an ordinary end is counted as an error.',
    'A program passes on the code that its own library reported for a Close without a code or for a broken connection.',
    'Send a Close without a code in place of 1005, and choose a real code in place of 1006 and 1015.',
  ],
  'close/code-1004': [
    'The peer fails the connection with 1002.',
    'Somebody took the number from a list without reading that it is reserved; in drafts it meant too large a frame.',
    'Send 1009 for a message that is too large.',
  ],
  'close/code-unassigned': [
    'Strict peers fail the connection with 1002, others pass on a number that means nothing.',
    'An application makes up codes in the range of the protocol.',
    'Use 4000 to 4999 for codes of your own.',
  ],
  'close/code-above-4999': [
    'The peer fails the connection with 1002.',
    'The code is an error number of the application, or its two octets are swapped.',
    'Map it to 4000 to 4999, or put it into the reason.',
  ],
  'close/code-post-rfc': [
    'Peers that know only the codes of the RFC fail the connection with 1002.',
    'The library is newer than the peer: 1012 and 1013 mean restart and overload, 1014 a bad gateway.',
    'Do nothing where the peer is current; else send 1001 or 1011.',
  ],
  'close/code-unregistered-3xxx': [
    'Nothing breaks today, but somebody else may register the number with another meaning.',
    'A framework took a number from the range that is kept for registration.',
    'Register it with IANA, or move it to 4000 to 4999.',
  ],
  'close/code-private': [
    'Nothing breaks: only the two applications know what the number means.',
    'The application closes for a reason of its own, such as an expired login.',
    'Look the number up in the documentation of the application.',
  ],
  'close/code-1010-from-server': [
    'The client reports that it wanted extensions that the server refused, which is not what happened.',
    'The server takes the code for a general extension error.',
    'Send 1002 for a wrong extension, or refuse the handshake.',
  ],
  'close/1010-without-extensions': [
    'The server cannot know which extension was missing.',
    'The client closes with the code alone.',
    'List the names of the extensions in the reason.',
  ],
  'close/code-role-unusual': [
    'Nothing breaks, but whoever reads the logs of the server looks for the fault on the wrong side.',
    'A client library uses 1011 for its own exceptions.',
    'Send 1000 or 1001, or a code from 4000 on.',
  ],
  'close/no-status': [
    'The peer reports 1005, which many programs show as an error.',
    'The application calls close without a code.',
    'Send 1000 where the end is meant to look ordinary.',
  ],
  'close/reason-invalid-utf8': [
    'The peer fails the connection with 1007 or 1002, and the reason is lost.',
    'The reason is in the encoding of the system, or was cut to 123 octets inside a character.',
    'Encode it as UTF-8, and cut it between two characters.',
  ],
  'close/data-after-close': [
    'The message is lost, because the peer throws away what comes after a Close.',
    'One thread closes while another still sends, or a queue is emptied after the Close.',
    'Stop all senders, empty the queue, and send the Close last.',
  ],
  'close/second-close': [
    'Nothing breaks with most peers, but some report an error after the end.',
    'Both the application and the library close, or an answer to the peer follows a Close that was sent before.',
    'Remember that a Close was sent, and send none after it.',
  ],
  'close/control-after-close': [
    'Nothing breaks: the peer may still answer, or ignores it.',
    'A heartbeat timer goes on after the connection was closed.',
    'Stop the heartbeat when the Close is sent.',
  ],
  'close/frame-after-handshake': [
    'The connection is over by then, so the peer drops the octets or answers with a reset.',
    'A heartbeat timer or a late answer is not stopped by the end of the connection.',
    'Send nothing once both Closes are through.',
  ],
  'close/new-message-after-received-close': [
    'The peer has said that it is going, and mostly does not read the message any more.',
    'The application is busy, and the Close waits unread.',
    'Read the Close as soon as it is there, answer it, and begin no message after it.',
  ],
  'close/reply-delayed': [
    'The peer waits, and may end TCP before the answer comes.',
    'The answer waits in a queue until earlier messages are sent.',
    'Answer at once, or after the message that is already under way.',
  ],
  'close/reply-code-differs': [
    'Each end logs another code for the same end.',
    'The answer always has 1000, or no code.',
    'Send the code back that was received.',
  ],
  'close/simultaneous': [
    'Nothing breaks, though each end may take itself for the one that closed.',
    'Both ends decide to close within one round trip, as at the end of a test or of a timeout.',
    'Take the other Close for the answer, and send no second one.',
  ],
  'close/reply-missing': [
    'The peer waits for its timeout and reports 1006, an abnormal end.',
    'The application ends TCP or its process as soon as it reads a Close, or reads no more.',
    'Answer with a Close and end TCP only then.',
  ],
  'close/server-did-not-drop': [
    'The client waits for the end of TCP, and both sides keep a dead connection open.',
    'The server waits for the client to go first, or forgets the socket.',
    'End TCP on the server as soon as both Closes are through.',
  ],
  'close/client-dropped-first': [
    'The client keeps its port in TIME_WAIT, so that many short connections use up all its ports.',
    'The client ends its socket as soon as it has the answer to its Close.',
    'Let the client wait a moment for the server to end TCP.',
  ],
  'close/dropped-before-reply': [
    'What the peer still had under way is lost, and it may see a reset instead of the reason.',
    'The program closes the socket right after the Close, as at the end of a process.',
    'Wait for the answer, for a few seconds at most.',
  ],
  'close/abnormal-drop': [
    'Both ends report 1006, and nobody can tell whether all messages had arrived.',
    'The process ended, a proxy cut a connection that was idle, or the network broke.',
    'Send a Close before the end; against proxies send Pings more often than their timeout.',
  ],
  'close/tcp-reset': [
    'Octets that had arrived and were not read yet may be lost, the close reason among them.',
    'The socket is closed while octets wait in it, the process is killed, or linger is set to zero.',
    'Read until the end, shut down the sending side first, and then close.',
  ],
};
