// Advice on `request/`: the client's opening handshake.

import type { AdviceTable } from './table.ts';

export const REQUEST_ADVICE: AdviceTable = {
  'request/host-missing': [
    'Every HTTP/1.1 server has to answer 400, and one with several hosts cannot know which is meant.',
    'The request is written by hand on a bare socket.',
    'Send Host with the name of the URL, and with the port where it is not the usual one.',
  ],
  'request/key-missing': [
    'The server cannot prove that it speaks WebSocket and answers 400.',
    'The request comes from a general HTTP client, or a proxy strips fields that it does not know.',
    'Send the base64 of 16 fresh random octets, and let the proxy pass Sec-WebSocket fields on.',
  ],
  'request/version-missing': [
    'A server cannot know which protocol is meant and answers 400 or 426.',
    'The request is written by hand or follows a draft, or a proxy took the field away.',
    'Send "Sec-WebSocket-Version: 13".',
  ],
  'request/host-duplicate': [
    'Every HTTP/1.1 server has to answer 400, because two machines may choose different hosts.',
    'The library sets Host, and the application adds its own.',
    'Replace the field where another host is wanted, and do not add a second one.',
  ],
  'request/key-duplicate': [
    'The server may answer the key that the client does not check, and the handshake fails.',
    'The application copies the fields of a browser request onto one that the library has completed already.',
    'Leave the key to the library, and drop Sec-WebSocket fields when a request is passed on.',
  ],
  'request/version-duplicate': [
    'Servers join the two lines to "13, 13", which is no number, and answer 400 or 426.',
    'A proxy or an application adds the field to a request that has it.',
    'Send the field once.',
  ],
  'request/draft-protocol': [
    'A server of RFC 6455 cannot serve it, and the client never connects.',
    'The client is from 2011 or earlier, as in old devices and old copies of libraries.',
    'Update the client; no setting of the server makes the drafts work with the RFC.',
  ],
  'request/method-not-get': [
    'The server answers 400 or 405, or runs the handler of another route.',
    'A general HTTP client or a form sends the handshake, or the request is an extended CONNECT of HTTP/2.',
    'Use GET over HTTP/1.1.',
  ],
  'request/http-version': [
    'HTTP/1.0 has no Upgrade, so the server answers with a page or 400.',
    'A reverse proxy speaks HTTP/1.0 to its backend unless it is told otherwise, as nginx long did.',
    'Set the proxy to HTTP/1.1, with nginx "proxy_http_version 1.1", and pass Upgrade and Connection on.',
  ],
  'request/target-invalid': [
    'The server answers 400, or serves another path than was meant.',
    'The URL is not percent-encoded, keeps its fragment, or lacks the slash in front.',
    'Send the path and the query of the URL, encoded, without the number sign and what follows it.',
  ],
  'request/target-absolute': [
    'Servers that know only paths answer 404 or 400.',
    'The client treats the server as an HTTP proxy, or writes the whole URL into the request line.',
    'Send only the path and the query, unless the request really goes to a proxy.',
  ],
  'request/host-differs-from-target': [
    'A server may choose the wrong site, and caches and access rules may be led astray.',
    'A proxy rewrote one of the two and left the other as it was.',
    'Make Host the authority of the target.',
  ],
  'request/key-malformed': [
    'Servers that check it answer 400, and a sloppy one accepts, so that the client works in tests only.',
    'The key is the base64 of another number of octets, of a hex text, or of a constant word.',
    'Encode exactly 16 random octets; the result has 24 characters and ends in two equals signs.',
  ],
  'request/key-noncanonical': [
    'A server with a strict base64 decoder answers 400.',
    'The key was made of 22 random characters followed by two equals signs, and not of 16 octets.',
    'Make 16 random octets first, and let a library encode them.',
  ],
  'request/key-predictable': [
    'A cache or an old server could answer with a stored response, which is what the key is there to uncover.',
    'The key is the example of the RFC, a constant, or comes from a generator without a seed.',
    'Make the key anew for each connection from a cryptographic source.',
  ],
  'request/version-malformed': [
    'The server answers 400, or 426 with the versions that it speaks.',
    'The field holds a list, a sign, a space inside, or a version of a draft in words.',
    'Send "13".',
  ],
  'request/version-not-13': [
    'A server of RFC 6455 has to refuse, and tells in Sec-WebSocket-Version what it would take.',
    'The client follows a draft, of which the last ones have 8, or the number was made up for a test.',
    'Send 13; try another version only where the server lists it.',
  ],
  'request/host-invalid': [
    'The server answers 400, or a proxy finds no backend for the name.',
    'The whole URL or a path is put into Host, or an IPv6 address without its brackets.',
    'Send the name or the address in brackets, and a colon with the port where it is not the usual one.',
  ],
  'request/upgrade-missing': [
    'The server sees an ordinary GET and answers with a page, 400 or 426.',
    'A reverse proxy takes the field away, because it holds for one hop only.',
    'Let the proxy set Upgrade anew, with nginx "proxy_set_header Upgrade $http_upgrade".',
  ],
  'request/connection-upgrade-missing': [
    'The server has to ignore Upgrade then, and answers with a page or 400.',
    'A reverse proxy replaces Connection with keep-alive or close.',
    'Let the proxy send "Connection: Upgrade" to the backend.',
  ],
  'request/origin-missing-browser': [
    'A server that checks where a page comes from refuses the browser, or has to let everybody in.',
    'A proxy or an extension strips Origin, or a program copies the User-Agent of a browser.',
    'Pass Origin on, and give programs a User-Agent of their own.',
  ],
  'request/origin-invalid': [
    'A server that compares origins refuses the connection.',
    'A whole URL with a path is sent, or a bare host, or two fields.',
    'Send scheme, host and port, such as "https://example.org", or "null", and send it once.',
  ],
  'request/misplaced-field': [
    'The peer ignores the field, so what its sender hoped for does not happen.',
    'Fields of a response are copied into a request or the other way round, as by a proxy or a mock.',
    'Send Accept only in responses, and Key only in requests.',
  ],
  'request/protocol-duplicate': [
    'A strict server answers 400, others choose one and hide the mistake.',
    'The list is put together from defaults and from configuration, and both hold the name.',
    'Offer each subprotocol once.',
  ],
  'request/protocol-malformed': [
    'The server finds no subprotocol that it knows, and refuses or goes on without one.',
    'A name holds a space or a slash, or the list is JSON or separated by semicolons.',
    'Send tokens with commas between them; a URL or a media type is no token.',
  ],
  'request/extensions-malformed': [
    'The server answers 400 or agrees to no extension, so that nothing is compressed.',
    'The header is put together by hand, with an empty parameter, a missing semicolon or a stray quote.',
    'Write the name, then each parameter after a semicolon, such as "permessage-deflate; client_max_window_bits".',
  ],
  'request/extension-quoted-not-token': [
    'The peer has to refuse the header, and extensions fail or the whole handshake does.',
    'A value with spaces, commas or other separators is quoted, as other HTTP fields allow.',
    'Use only values that would be tokens without their quotes.',
  ],
  'request/extension-unregistered': [
    'No peer but one of the same make knows it, and the connection goes on without it.',
    'It is a private or a vendor extension, such as x-webkit-deflate-frame of old browsers.',
    'Do nothing where both ends are yours; else offer permessage-deflate beside it.',
  ],
};
