// Advice on `response/`: the server's opening handshake.

import type { AdviceTable } from './table.ts';

export const RESPONSE_ADVICE: AdviceTable = {
  'response/accept-missing': [
    'Every client has to drop the connection, because nothing shows that the server read its key.',
    'A proxy or a mock answers 101 by itself, or takes the field away.',
    'Compute the field in the server that speaks WebSocket, and pass it through unchanged.',
  ],
  'response/accept-duplicate': [
    'Clients join the two values to one that does not fit, and drop the connection.',
    'Both a library and the application, or a proxy and its backend, answer the handshake.',
    'Let one of them answer it.',
  ],
  'response/protocol-duplicate': [
    'Clients read two subprotocols where one is to be chosen, and drop the connection.',
    'The library sets the field, and the application adds it once more.',
    'Choose the subprotocol in one place, and send one line.',
  ],
  'response/status-not-101': [
    'There is no WebSocket connection; browsers report only that it failed, and not the status.',
    'The path is wrong, a login is missing, or a proxy does not pass the upgrade on.',
    'Read the status and the content of the response, which say which of these it is.',
  ],
  'response/interim-before-101': [
    'Simple clients take the interim response for the final one and fail.',
    'A proxy or a framework sends 100 Continue or 103 Early Hints in front.',
    'Switch interim responses off for WebSocket paths where simple clients have to connect.',
  ],
  'response/http-version': [
    'Clients drop the connection, because HTTP/1.0 cannot switch protocols.',
    'A status line is written by hand, or an old proxy rewrites it.',
    'Answer "HTTP/1.1 101 Switching Protocols".',
  ],
  'response/upgrade-missing': [
    'Every client has to drop the connection.',
    'A proxy takes the field away, because it holds for one hop only, or the value is misspelt.',
    'Send "Upgrade: websocket", and let the proxy pass it on for this path.',
  ],
  'response/connection-upgrade-missing': [
    'Every client has to drop the connection.',
    'A proxy replaces Connection with keep-alive or close on its way to the client.',
    'Send "Connection: Upgrade", and let the proxy do so too.',
  ],
  'response/upgrade-not-requested': [
    'The client goes on to speak HTTP and reads frames as a response.',
    'The server decides by the path alone and does not look at the fields of the request.',
    'Switch only where Upgrade lists websocket and Connection lists Upgrade; else answer 426.',
  ],
  'response/content-framing-on-101': [
    'Some clients and proxies wait for the content, or read the first frames as a chunk.',
    'A framework adds Content-Length or chunked to every response.',
    'Write the 101 without the framework, or remove the fields from it.',
  ],
  'response/version-list-missing': [
    'A client that could speak another version does not learn which, and gives up.',
    'The server answers a plain 400 to every version but 13.',
    'Answer 426 with "Sec-WebSocket-Version: 13".',
  ],
  'response/426-without-upgrade': [
    'The client is told to upgrade, but not to what.',
    'The status is sent through a general error page.',
    'Send "Upgrade: websocket" with a 426.',
  ],
  'response/401-without-challenge': [
    'The client cannot know how to log in, and clients that could answer a challenge do not.',
    'The application sends the bare status for a missing or an expired token.',
    'Add WWW-Authenticate with the scheme, or answer 403 where no login would help.',
  ],
  'response/405-without-allow': [
    'The client does not learn which method is allowed.',
    'The status is written by hand.',
    'Add "Allow: GET".',
  ],
  'response/426-without-connection-upgrade': [
    'A proxy may keep Upgrade from the client, which then does not learn what to upgrade to.',
    'Only Upgrade is set, and Connection is left to the framework.',
    'Send "Connection: Upgrade" beside Upgrade.',
  ],
  'response/version-list-malformed': [
    'A client that looks for a version to fall back on finds none.',
    'The list holds words, a sign, or another separator than the comma.',
    'Send numbers with commas between them, such as "13, 8".',
  ],
  'response/accept-mismatch': [
    'Every client has to drop the connection, as the answer may be meant for somebody else.',
    'The hash is written as hex, the key is decoded first, the GUID has a typing error, or the answer comes from a cache.',
    'Take the SHA-1 of the key as received followed by the GUID, and encode its 20 octets as base64.',
  ],
  'response/extension-not-offered': [
    'Every client has to drop the connection.',
    'The server always sends its own extensions, or a proxy took the offer away and not the answer.',
    'Answer only with extensions that stand in the request as it arrived.',
  ],
  'response/extensions-malformed': [
    'The client cannot know what is agreed and has to drop the connection.',
    'The header is put together by hand, with an empty parameter or a stray quote.',
    'Write the name, then each parameter after a semicolon, and leave the field out where nothing is agreed.',
  ],
  'response/extensions-multiple-lines': [
    'Clients that follow the RFC as printed drop the connection, others join the lines.',
    'Each extension of the server adds a line of its own.',
    'Join them on one line with commas.',
  ],
  'response/extension-duplicate': [
    'The two ends may disagree on what a reserved bit means, and messages come out as garbage.',
    'Two layers, such as a proxy and a backend, each accept compression.',
    'Agree to one extension for each reserved bit.',
  ],
  'response/protocol-not-offered': [
    'Every client has to drop the connection; browsers report that the handshake failed.',
    'The server sends its default subprotocol whatever is asked, or compares names without regard to case.',
    'Choose one of the names that the client sent, letter by letter, or send none.',
  ],
  'response/protocol-malformed': [
    'Clients find no single name in it and drop the connection.',
    'The server sends the whole list of the client back, or an empty value.',
    'Send exactly one name, or leave the field out.',
  ],
  'response/protocol-none-selected': [
    'Clients that need a subprotocol close at once, some of them without saying why.',
    'The server knows no subprotocols, or knows this one under another name.',
    'Teach the server the name, or do not offer it.',
  ],
};
