// The vectors of the rule catalogue, as they stand there: one that shows the fault and one that does not. Where the
// catalogue's vector shows another fault too, that does not matter here.

import {
  answered,
  refused,
  request,
  requestText,
  response,
  responseText,
  type Sent,
} from './kit/handshake-examples.ts';

const EXTENSIONS = 'Sec-WebSocket-Extensions';
const DEFLATE = `${EXTENSIONS}: permessage-deflate`;
const KEY = 'Sec-WebSocket-Key';
const ACCEPT = 'Sec-WebSocket-Accept';
const PROTOCOL = 'Sec-WebSocket-Protocol';
const VERSION = 'Sec-WebSocket-Version';
const TWO = `${DEFLATE}; server_max_window_bits=10, permessage-deflate; server_no_context_takeover; client_max_window_bits`;

const raw = (octets: string): Sent => [['tx', octets]];
const offer = (parameters: string): Sent => request(`${DEFLATE}${parameters}`);
const agreed = (asked: string, given: string): Sent => answered([`${DEFLATE}${asked}`], `${DEFLATE}${given}`);

export const HANDSHAKE_VECTORS: Readonly<Record<string, readonly [positive: Sent, negative: Sent]>> = {
  'http/start-line-malformed': [request('=GET  /chat HTTP/1.1'), request('=GET /chat HTTP/1.1')],
  'http/status-line-space-missing': [response('=HTTP/1.1 101'), response('=HTTP/1.1 101 ')],
  'http/bare-lf': [raw(requestText().replace('\r\nHost', '\nHost')), request()],
  'http/bare-cr': [request('Origin: http://a\rb'), request('Origin: http://a')],
  'http/obs-fold': [request(`${EXTENSIONS}: a,\r\n b`), request(`${EXTENSIONS}: a, b`)],
  'http/space-before-colon': [request('-Upgrade', '+Upgrade : websocket'), request('Upgrade: websocket')],
  'http/space-before-first-field': [
    raw('GET / HTTP/1.1\r\n Host: a\r\n\r\n'),
    raw('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
  ],
  'http/crlf-before-request': [raw(`\r\n${requestText()}`), request()],
  'http/field-name-invalid': [request('+Sec WebSocket Key: x'), request(`${KEY}: x`)],
  'http/field-value-control': [request('Origin: a\0b'), request('Origin: a\tb')],
  'http/field-value-non-ascii': [request('X-Name: \xe9'), request('X-Name: e')],
  'http/empty-list-element': [request(`${PROTOCOL}: a,,b`), request(`${PROTOCOL}: a, b`)],
  'http/content-length-with-transfer-encoding': [request('Content-Length: 0', 'Transfer-Encoding: chunked'), request()],
  'http/request-has-content': [request('Content-Length: 5'), request('Content-Length: 0')],

  'request/method-not-get': [request('=POST /chat HTTP/1.1'), request('=GET /chat HTTP/1.1')],
  'request/http-version': [request('=GET /chat HTTP/1.0'), request('=GET /chat HTTP/1.1')],
  'request/target-invalid': [request('=GET /chat#top HTTP/1.1'), request('=GET /chat%23top HTTP/1.1')],
  'request/target-absolute': [request('=GET http://server.example.com/chat HTTP/1.1'), request('=GET /chat HTTP/1.1')],
  'request/host-missing': [request('-Host'), request('Host: server.example.com')],
  'request/host-duplicate': [request('+Host: b'), request()],
  'request/host-invalid': [request('Host: user@server.example.com'), request('Host: server.example.com:8080')],
  'request/upgrade-missing': [request('Upgrade: h2c'), request('Upgrade: h2c, WebSocket')],
  'request/connection-upgrade-missing': [request('Connection: keep-alive'), request('Connection: keep-alive, Upgrade')],
  'request/key-missing': [request(`-${KEY}`), request()],
  'request/key-duplicate': [request(`+${KEY}: AAAAAAAAAAAAAAAAAAAAAA==`), request()],
  'request/key-malformed': [request(`${KEY}: c2hvcnQ=`), request(`${KEY}: x3JJHMbDL1EzLkh9GBhXDw==`)],
  'request/key-noncanonical': [
    request(`${KEY}: AQIDBAUGBwgJCgsMDQ4PEC==`),
    request(`${KEY}: AQIDBAUGBwgJCgsMDQ4PEA==`),
  ],
  'request/key-predictable': [request(`${KEY}: dGhlIHNhbXBsZSBub25jZQ==`), request(`${KEY}: x3JJHMbDL1EzLkh9GBhXDw==`)],
  'request/version-missing': [request(`-${VERSION}`), request()],
  'request/version-duplicate': [request(`+${VERSION}: 8`), request()],
  'request/version-malformed': [request(`${VERSION}: 013`), request(`${VERSION}: 13`)],
  'request/version-not-13': [request(`${VERSION}: 25`), request(`${VERSION}: 13`)],
  'request/origin-missing-browser': [
    request('User-Agent: Mozilla/5.0 (X11)'),
    request('User-Agent: Mozilla/5.0 (X11)', 'Origin: https://example.com'),
  ],
  'request/origin-invalid': [request('Origin: https://example.com/path'), request('Origin: https://example.com')],
  'request/protocol-duplicate': [request(`${PROTOCOL}: chat, chat`), request(`${PROTOCOL}: chat, Chat`)],
  'request/protocol-malformed': [request(`${PROTOCOL}: chat/v1`), request(`${PROTOCOL}: chat.v1`)],
  'request/extensions-malformed': [offer(';'), offer('')],
  'request/extension-quoted-not-token': [request(`${EXTENSIONS}: foo; a="b c"`), request(`${EXTENSIONS}: foo; a="10"`)],
  'request/extension-unregistered': [request(`${EXTENSIONS}: x-webkit-deflate-frame`), offer('')],
  'request/misplaced-field': [request(`+${ACCEPT}: x`), request()],
  'request/draft-protocol': [request('Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5'), request()],

  'response/status-not-101': [response('=HTTP/1.1 404 Not Found'), response('=HTTP/1.1 101 Switching Protocols')],
  'response/interim-before-101': [
    [...request(), ['rx', `HTTP/1.1 103 Early Hints\r\n\r\n${responseText()}`]],
    response(),
  ],
  'response/http-version': [
    response('=HTTP/1.0 101 Switching Protocols'),
    response('=HTTP/1.1 101 Switching Protocols'),
  ],
  'response/upgrade-missing': [response('Upgrade: websocket, h2c'), response('Upgrade: WebSocket')],
  'response/connection-upgrade-missing': [
    response('Connection: keep-alive'),
    response('Connection: Keep-Alive, upgrade'),
  ],
  'response/upgrade-not-requested': [answered(['Upgrade: h2c']), response()],
  'response/accept-missing': [response(`-${ACCEPT}`), response()],
  'response/accept-mismatch': [
    response(`${ACCEPT}: AAAAAAAAAAAAAAAAAAAAAAAAAAA=`),
    response(`${ACCEPT}: HSmrc0sMlYUkAGmm5OPpG2HaGWk=`),
  ],
  'response/accept-duplicate': [response(`+${ACCEPT}: x`), response()],
  'response/extension-not-offered': [response(DEFLATE), agreed('', '')],
  'response/extensions-malformed': [response(`${EXTENSIONS}:`), response()],
  'response/extensions-multiple-lines': [
    answered([`${DEFLATE}, foo`], `+${DEFLATE}`, `+${EXTENSIONS}: foo`),
    agreed('', ''),
  ],
  'response/extension-duplicate': [agreed('', ', permessage-deflate'), agreed('', '')],
  'response/protocol-not-offered': [
    answered([`${PROTOCOL}: chat`], `${PROTOCOL}: Chat`),
    answered([`${PROTOCOL}: chat`], `${PROTOCOL}: chat`),
  ],
  'response/protocol-malformed': [response(`${PROTOCOL}: chat, superchat`), response(`${PROTOCOL}: chat`)],
  'response/protocol-duplicate': [
    answered([`${PROTOCOL}: chat`], `+${PROTOCOL}: chat`, `+${PROTOCOL}: chat`),
    answered([`${PROTOCOL}: chat`], `${PROTOCOL}: chat`),
  ],
  'response/protocol-none-selected': [answered([`${PROTOCOL}: chat`]), response()],
  'response/content-framing-on-101': [response('Content-Length: 0'), response()],
  'response/version-list-missing': [
    refused([`${VERSION}: 25`], 'HTTP/1.1 400 Bad Request'),
    refused([`${VERSION}: 25`], 'HTTP/1.1 426 Upgrade Required', `${VERSION}: 13`),
  ],
  'response/426-without-upgrade': [
    refused([], 'HTTP/1.1 426 Upgrade Required'),
    refused([], 'HTTP/1.1 426 Upgrade Required', 'Upgrade: websocket'),
  ],
  'response/401-without-challenge': [
    refused([], 'HTTP/1.1 401 Unauthorized'),
    refused([], 'HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Basic realm="x"'),
  ],
  'response/405-without-allow': [
    refused([], 'HTTP/1.1 405 Method Not Allowed'),
    refused([], 'HTTP/1.1 405 Method Not Allowed', 'Allow: GET'),
  ],
  'response/426-without-connection-upgrade': [
    refused([], 'HTTP/1.1 426 Upgrade Required', 'Upgrade: websocket'),
    refused([], 'HTTP/1.1 426 Upgrade Required', 'Upgrade: websocket', 'Connection: Upgrade'),
  ],
  'response/version-list-malformed': [
    refused([], 'HTTP/1.1 400 Bad Request', `${VERSION}: 13 8`),
    refused([], 'HTTP/1.1 400 Bad Request', `${VERSION}: 13, 8`),
  ],
  'request/host-differs-from-target': [
    request('=GET http://other.example.com/chat HTTP/1.1'),
    request('=GET http://SERVER.example.com/chat HTTP/1.1'),
  ],
  'http/content-length-malformed': [request('Content-Length: zero'), request('Content-Length: 0')],
  'http/content-length-conflict': [
    refused([], 'HTTP/1.1 403 Forbidden', 'Content-Length: 1, 2'),
    refused([], 'HTTP/1.1 403 Forbidden', 'Content-Length: 2, 2'),
  ],
  'http/content-length-forbidden': [
    refused([], 'HTTP/1.1 204 No Content', 'Content-Length: 0'),
    refused([], 'HTTP/1.1 200 OK', 'Content-Length: 0'),
  ],
  'http/connection-malformed': [request('Connection: Upgrade, (close)'), request('Connection: Upgrade, close')],

  'pmd/offer-unknown-param': [offer('; foo'), offer('; client_max_window_bits')],
  'pmd/offer-duplicate-param': [
    offer('; server_no_context_takeover; server_no_context_takeover'),
    offer('; client_max_window_bits, permessage-deflate; client_max_window_bits'),
  ],
  'pmd/offer-invalid-window-bits': [offer('; server_max_window_bits=08'), offer('; server_max_window_bits="8"')],
  'pmd/offer-takeover-value': [offer('; client_no_context_takeover=1'), offer('; client_no_context_takeover')],
  'pmd/window-bits-8': [offer('; client_max_window_bits=8'), offer('; client_max_window_bits=9')],
  'pmd/window-too-small': [agreed('', '; server_max_window_bits=9'), agreed('', '; server_max_window_bits=10')],
  'pmd/response-unknown-param': [agreed('', '; foo'), agreed('', '')],
  'pmd/response-duplicate-param': [
    agreed('', '; server_no_context_takeover; server_no_context_takeover'),
    agreed('', '; server_no_context_takeover'),
  ],
  'pmd/response-invalid-window-bits': [
    agreed('', '; client_max_window_bits'),
    agreed('; client_max_window_bits', '; client_max_window_bits=12'),
  ],
  'pmd/response-takeover-value': [
    agreed('', '; server_no_context_takeover=true'),
    agreed('', '; server_no_context_takeover'),
  ],
  'pmd/response-client-bits-not-offered': [
    agreed('', '; client_max_window_bits=15'),
    agreed('; client_max_window_bits', '; client_max_window_bits=15'),
  ],
  'pmd/response-server-bits-too-large': [
    agreed('; server_max_window_bits=10', '; server_max_window_bits=11'),
    agreed('; server_max_window_bits=10', '; server_max_window_bits=9'),
  ],
  'pmd/response-server-takeover-missing': [
    agreed('; server_no_context_takeover', ''),
    agreed('; server_no_context_takeover', '; server_no_context_takeover'),
  ],
  'pmd/response-matches-no-offer': [
    answered([TWO], `${DEFLATE}; server_max_window_bits=10; client_max_window_bits=12`),
    answered([TWO], `${DEFLATE}; server_max_window_bits=10`),
  ],
  'pmd/accepted-invalid-offer': [agreed('; foo', ''), answered([`${DEFLATE}; foo`])],
  'pmd/client-bits-above-hint': [
    agreed('; client_max_window_bits=10', '; client_max_window_bits=15'),
    agreed('; client_max_window_bits=10', '; client_max_window_bits=10'),
  ],
};
