// Synthetic connections, the same at each run, as rows, as a case report and as a capture.

import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';

const LETTERS = Buffer.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.');
const WORDS = 'the quick brown fox jumps over a lazy dog {"type":"tick","price":100.25} größe 日本 €'.split(' ');
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const INDENT = ' '.repeat(15);

/** Writes them to the folder. Returns path and frames by kind and notation. */
export function makeTraffic(folder, frames) {
  const traffic = { echo: makeEcho(folder, frames) };
  for (const [kind, { share, message, extensions = '' }] of Object.entries(MIXED)) {
    traffic[kind] = makeMixed(join(folder, kind), Math.ceil(frames * share), message, extensions);
  }
  return traffic;
}

/** Reports of so many cases: what is sent comes back. */
export function makeReports(folder, count) {
  for (let i = 0; i < count; i++) {
    const random = randomOctets(i);
    const text = lettersOf(20 + (i % 200), random).toString();
    const [sent, echo] = [frameOf(Buffer.from(text), { key: keyOf(random) }), frameOf(Buffer.from(text))];
    const [request, response] = handshake('');
    const row = (way, octets) => [`${way}O`, [octets.length, octets.toString('hex')], ...(way === 'T' ? [false] : [])];
    const close = [frameOf(Buffer.from([3, 232]), { opcode: 8, key: keyOf(random) }), Buffer.from('880203e8', 'hex')];
    const report = {
      agent: 'bench',
      behavior: 'OK',
      behaviorClose: 'OK',
      description: 'Send a text message, expect it back.',
      droppedByMe: false,
      duration: 2,
      expected: { OK: [['message', text, false]] },
      httpRequest: request,
      httpResponse: response,
      id: `1.1.${i}`,
      isServer: false,
      started: '2026-11-22T06:00:00.000Z',
      wirelog: [
        row('T', Buffer.from(request)),
        row('R', Buffer.from(response)),
        row('T', sent),
        row('R', echo),
        row('T', close[0]),
        row('R', close[1]),
      ],
    };
    const file = openSync(join(folder, `bench_case_1_1_${i}.json`), 'w');
    writeSync(file, JSON.stringify(report, null, 3));
    closeSync(file);
  }
}

/** Every other frame is the echo of the one before, each with the row of its writer. */
function makeEcho(folder, frames) {
  const paths = { rows: join(folder, 'echo.log'), json: join(folder, 'echo.json'), pcap: join(folder, 'echo.pcap') };
  const [rows, json] = [openText(paths.rows), openText(paths.json)];
  const capture = openCapture(paths.pcap);
  const random = randomOctets(20261122);
  const [request, response] = handshake('');
  capture.send('client', Buffer.from(request));
  capture.send('server', Buffer.from(response));
  rows.write('# wirelog 1\n# writer: server\n# extensions: none\n');
  json.write('{"agent": "bench", "id": "1.1.6", "isServer": true, "wirelog": [["WLM", true]');
  for (let row = 0; row < 2 * frames; row += 4) {
    const text = lettersOf(125, random);
    const key = keyOf(random);
    const [rx, tx] = [frameOf(text, { key }), frameOf(text)];
    const common = 'OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=125';
    const orders = 'MASK=None, PAYLOAD-REPEAT-LEN=None, CHOPSIZE=None, SYNC=False';
    const [rxHex, txHex, mask] = [rx, tx, key].map((octets) => octets.toString('hex'));
    rows.write(
      `${number(row)} RX OCTETS: ${rxHex}\n${number(row + 1)} RX FRAME : ${common}, MASKED=True, MASK=${mask}\n` +
        `${INDENT}${text}\n${number(row + 2)} TX FRAME : ${common}, ${orders}\n${INDENT}${text}\n` +
        `${number(row + 3)} TX OCTETS: ${txHex}\n`,
    );
    json.write(
      `, ["RO", [${rx.length}, "${rxHex}"]], ["RF", [125, "${text}"], 1, true, 0, true, "${mask}"]` +
        `, ["TF", [125, "${text}"], 1, true, 0, null, null, null, false], ["TO", [${tx.length}, "${txHex}"], false]`,
    );
    capture.send('client', rx);
    capture.send('server', tx);
  }
  json.write(']}');
  for (const file of [rows, json, capture]) file.close();
  return { ...paths, frames };
}

function makeMixed(path, messages, message, extensions) {
  const paths = { rows: `${path}.log`, pcap: `${path}.pcap` };
  const rows = openText(paths.rows);
  const capture = openCapture(paths.pcap);
  const random = randomOctets(7);
  let row = 0;
  let frames = 0;
  const send = (sender, octets) => {
    rows.write(`${number(row++)} ${sender === 'client' ? 'RX' : 'TX'} OCTETS: ${octets.toString('hex')}\n`);
    capture.send(sender, octets);
  };
  const [request, response] = handshake(extensions);
  rows.write('# wirelog 1\n# writer: server\n');
  send('client', Buffer.from(request));
  send('server', Buffer.from(response));
  for (let i = 0; i < messages; i++) {
    const sender = i % 2 === 0 ? 'client' : 'server';
    const key = () => (sender === 'client' ? keyOf(random) : null);
    for (const octets of message(random, key)) {
      send(sender, octets);
      frames++;
    }
  }
  rows.close();
  capture.close();
  return { ...paths, frames };
}

/** What of each kind is sent. `share`: messages, for each frame of the echo. */
const MIXED = {
  'small text': {
    share: 0.5,
    message: (random, key) => [frameOf(wordsOf(10 + (random() % 60), random), { key: key() })],
  },
  'large binary': {
    share: 0.002,
    message: (random, key) => [
      frameOf(Buffer.from(Uint8Array.from({ length: 60_000 + 40 * random() }, random)), { opcode: 2, key: key() }),
    ],
  },
  fragmented: {
    share: 0.2,
    message: (random, key) => {
      const count = 2 + (random() % 4);
      const parts = Array.from({ length: count }, (_, i) =>
        frameOf(lettersOf(30, random), { opcode: i === 0 ? 1 : 0, fin: i === count - 1, key: key() }),
      );
      // A Ping may stand between fragments.
      return random() % 4 === 0 ? parts.toSpliced(1, 0, frameOf(Buffer.from('p'), { opcode: 9, key: key() })) : parts;
    },
  },
  compressed: {
    share: 0.25,
    extensions: 'permessage-deflate; client_no_context_takeover; server_no_context_takeover',
    message: (random, key) => {
      const text = wordsOf(100 + random(), random);
      const octets = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
      return [frameOf(octets, { rsv: 4, key: key() })];
    },
  },
  'full of violations': {
    share: 0.25,
    message: (random, key) => {
      const text = wordsOf(20, random);
      const own = key();
      const faults = [
        { rsv: 2, key: own },
        { opcode: 3, key: own },
        { key: own ? null : Buffer.from([1, 2, 3, 4]) },
        { key: own, lengthForm: 126 },
        { opcode: 9, fin: false, key: own },
      ];
      return [frameOf(text, faults[random() % 8] ?? { key: own })];
    },
  },
};

function frameOf(payload, { opcode = 1, fin = true, rsv = 0, key = null, lengthForm = 0 } = {}) {
  const { length } = payload;
  const form = lengthForm || (length > 65_535 ? 127 : length > 125 ? 126 : length);
  const extended = Buffer.alloc(form === 127 ? 8 : form === 126 ? 2 : 0);
  if (form === 127) extended.writeBigUInt64BE(BigInt(length));
  if (form === 126) extended.writeUInt16BE(length);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const masked = key ? payload.map((octet, i) => octet ^ key[i & 3]) : payload;
  return Buffer.concat([Buffer.from([first, form | (key ? 0x80 : 0)]), extended, key ?? Buffer.alloc(0), masked]);
}

function handshake(extensions) {
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  const field = extensions === '' ? '' : `Sec-WebSocket-Extensions: ${extensions}\r\n`;
  return [
    `GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n${field}\r\n`,
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${field}\r\n`,
  ];
}

function number(row) {
  return String(row).padStart(3, '0');
}

function keyOf(random) {
  return Buffer.from([random(), random(), random(), random()]);
}

function lettersOf(length, random) {
  return Buffer.from(Uint8Array.from({ length }, () => LETTERS[random() & 63]));
}

function wordsOf(length, random) {
  let text = '';
  while (text.length < length) text += `${WORDS[random() % WORDS.length]} `;
  return Buffer.from(text);
}

function randomOctets(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

const BATCH = 1 << 20;

function openText(path) {
  const file = openSync(path, 'w');
  let text = '';
  const flush = () => {
    writeSync(file, text);
    text = '';
  };
  return {
    write: (more) => {
      text += more;
      if (text.length > BATCH) flush();
    },
    close: () => {
      flush();
      closeSync(file);
    },
  };
}

/** A packet a piece of at most so many octets, of Ethernet, IPv4 and TCP. */
const MOST_IN_PACKET = 16_000;

function openCapture(path) {
  const file = openSync(path, 'w');
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  let parts = [header];
  let size = header.length;
  let micros = 0;
  const sent = { client: 1, server: 1 };
  const flush = () => {
    writeSync(file, Buffer.concat(parts));
    parts = [];
    size = 0;
  };
  const packet = (sender, flags, payload) => {
    const other = sender === 'client' ? 'server' : 'client';
    const octets = Buffer.alloc(16 + 54);
    micros += 10;
    octets.writeUInt32LE(Math.floor(micros / 1e6), 0);
    octets.writeUInt32LE(micros % 1e6, 4);
    octets.writeUInt32LE(54 + payload.length, 8);
    octets.writeUInt32LE(54 + payload.length, 12);
    octets.writeUInt16BE(0x0800, 28);
    octets.writeUInt16BE(0x4500, 30);
    octets.writeUInt16BE(40 + payload.length, 32);
    octets.writeUInt16BE(0x4006, 38);
    octets.set([192, 0, 2, sender === 'client' ? 1 : 2, 192, 0, 2, sender === 'client' ? 2 : 1], 42);
    octets.writeUInt16BE(sender === 'client' ? 51_000 : 80, 50);
    octets.writeUInt16BE(sender === 'client' ? 80 : 51_000, 52);
    octets.writeUInt32BE(sent[sender] >>> 0, 54);
    octets.writeUInt32BE(flags === 2 ? 0 : sent[other] >>> 0, 58);
    octets.writeUInt16BE(0x5000 | flags, 62);
    octets.writeUInt16BE(0xffff, 64);
    sent[sender] = (sent[sender] + payload.length + (flags & 2 ? 1 : 0)) >>> 0;
    parts.push(octets, payload);
    size += octets.length + payload.length;
    if (size > BATCH) flush();
  };
  packet('client', 2, Buffer.alloc(0));
  packet('server', 18, Buffer.alloc(0));
  packet('client', 16, Buffer.alloc(0));
  return {
    send: (sender, octets) => {
      for (let at = 0; at < octets.length; at += MOST_IN_PACKET) {
        packet(sender, 24, octets.subarray(at, at + MOST_IN_PACKET));
      }
    },
    close: () => {
      flush();
      closeSync(file);
    },
  };
}
