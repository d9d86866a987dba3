// Advice on `phase/`: the order of phases, and ends of TCP.

import type { AdviceTable } from './table.ts';

export const PHASE_ADVICE: AdviceTable = {
  'phase/not-websocket': [
    'The two ends speak different protocols, and the connection fails with an error about frames.',
    'The port speaks TLS or plain HTTP, a proxy answers instead of the server, or a load balancer adds its own header.',
    'Compare the scheme and the port of the URL, and switch the PROXY header off or read it before the handshake.',
  ],
  'phase/server-data-before-101': [
    'The client reads the octets as its response, and drops the connection.',
    'A greeting or a log line is written to the socket as soon as it is accepted.',
    'Send nothing before the 101.',
  ],
  'phase/client-data-before-101': [
    'The frames are lost or read as the content of the request, and after a refusal they may reach another handler.',
    'The client sends its first message without waiting for the answer.',
    'Wait until the 101 is there and is checked.',
  ],
  'phase/server-data-before-request': [
    'Whatever the client asks for, the answer does not belong to it.',
    'A mock or a proxy sends a canned response on every new connection.',
    'Read the whole request first, and compute the answer from its key.',
  ],
  'phase/server-data-with-101': [
    'Clients that throw away the rest of the read lose the first message, but only now and then.',
    'The server sends a greeting right after the 101, as it may.',
    'Let the client keep what comes after the empty line, and set its handler before it connects.',
  ],
  'phase/frames-without-handshake': [
    'The peer reads the frames as HTTP and answers with an error.',
    'The endpoint does not look at the status before it goes on.',
    'Speak frames only after a 101.',
  ],
  'phase/handshake-incomplete': [
    'There is no connection, and the client reports only that it failed.',
    'A firewall, a proxy or a health check ends TCP, or the server crashed on the request.',
    'Look at the log of whoever ended TCP.',
  ],
  'phase/truncated-frame': [
    'The message is lost, and the receiver reports 1006.',
    'The process ended or a timeout struck while a large frame was being written, or its length is wrong.',
    'Wait until all is written before TCP is ended, and check the length in the header.',
  ],
  'phase/message-unfinished': [
    'The fragments that had arrived are thrown away.',
    'The sender stopped in the middle of a stream, or never set FIN.',
    'End each message with a fragment that has FIN.',
  ],
  'phase/octets-after-peer-closed': [
    'Nobody reads these octets, and the sender may get a reset for them.',
    'They were under way when the other end went, or the end was not noticed.',
    'Do nothing where they had crossed; else stop sending when a read says that TCP has ended.',
  ],
  'phase/handshake-retry': [
    'Nothing breaks: the client tries again with another version, a login or another path.',
    'The first answer was a 401, a 426 or a redirect.',
    'Look at the first answer where a second request was not expected.',
  ],
};
