import { describe, expect, it } from 'vitest';
import { cpuSeconds } from '../../model/cpu-time.fixture.ts';
import { InputError } from '../../model/errors.ts';
import { hexOf } from '../../model/octets.ts';
import { readLog } from '../read-log.fixture.ts';
import { looksLikeOctets, octetsReader, whyNoOctets } from './octets.ts';
import { readPaste } from './read-paste.ts';

/** What is read of a paste: `direction hex`, one direction's octets in a row joined; `+n` for octets that are not shown. */
function read(text: string): string[] {
  const latin1 = Buffer.from(text, 'utf8').toString('latin1');
  if (!looksLikeOctets(latin1)) return ['refused'];
  const { rows } = readLog(octetsReader('octets'), latin1);
  const out: string[] = [];
  for (const row of rows) {
    if (row.kind !== 'octets') continue;
    const { known, length } = row.octets;
    const hex = hexOf(known) + (length > known.length ? `+${length - known.length}` : '');
    const last = out.at(-1);
    if (last?.startsWith(row.direction)) out[out.length - 1] = last + hex;
    else out.push(`${row.direction} ${hex}`);
  }
  return out;
}

// "mint", unmasked and masked, and a Close.
const MINT = '81046d696e74';
const MASKED = '8184a1b2c3d4ccdbada0';

describe('octets are read, spelt as', () => {
  it.each([
    ['hex in a sentence, in backticks', 'It answers `81 04 6d 69 6e 74` and hangs up.', MINT],
    ['a line of its own', 'Look at this:\n\n81 04 6D 69 6E 74\n\nThe 0x81 is FIN and text.', MINT],
    ['lines of a fence', 'x\n```\n81 84 a1 b2\nc3 d4 cc db ad a0\n```\n', MASKED],
    ['hex behind a label', 'frame: 81046d696e74', MINT],
    ['hex behind a label with its count', 'chunk[6] = 81046d696e74', MINT],
    ['counts and first octets before the hex', 'len=6 129 4 81046d696e74', MINT],
    ['hex with 0x in prose', 'it sends 0x81 0x04 0x6d 0x69 0x6e 0x74 , and then?', MINT],
    ['hex with dashes', 'ToString: 81-04-6D-69-6E-74', MINT],
    ['a byte string of Python', "b'\\x81\\x04mint'", MINT],
    ['a byte string with quotes in it', 'b"\\x81\\x05mint\'"', '81056d696e7427'],
    ['a string of Ruby', '=> "\\x81\\u0004"', 'refused'],
    ['octal escapes of Perl', '$VAR1 = "\\201\\0046 mi";', '810436206d69'],
    ['decimal escapes of Lua', 'chunk = "\\129\\004mint"', MINT],
    ['what Jetty prints', 'HeapByteBuffer@1f[p=0,l=6,c=99,r=6]={<<<\\x81\\x04mint>>>HTTP/1.1\\r\\n...\\x00}', MINT],
    ['a C array with characters', "const char f[] = { 0x81, 4, 'm', 'i',\n 'n', 't' };", MINT],
    ['an array with casts', 'byte[] f = { (byte) 0x81, 0x04, 0x6d, 0x69, 0x6e, 0x74 };', MINT],
    ['signed bytes of Java', 'frame = [-127, 4, 109, 105, 110, 116]', MINT],
    ['a binary of Erlang', '{badmatch,<<129,4,109,\n   105,110,116>>}', MINT],
    ['a binary of Elixir with a string', '<<0x81, 4, "mint">>', MINT],
    ['a slice of Go, as printed', '10:00:01 read [129 4 109 105 110 116]', MINT],
    ['a vector of Rust', "vec![0x81u8, 0x04, b'm', b'i', b'n', b't']", MINT],
    ['a slice of Go, in source', 'f := []byte{0x81, 0x4, 0x6d, 0x69, 0x6e, 0x74}', MINT],
    ['a Buffer of Node', '<Buffer 81 04 6d 69 6e 74>', MINT],
    ['a Buffer that Node cut', '<Buffer 82 7e 00 90 01 02 ... 142 more bytes>', '827e00900102+142'],
    ['an array over lines', 'Uint8Array(6) [\n  129,   4, 109,\n  105, 110, 116\n]', MINT],
    ['binary digits', '10000001 00000100 01101101 01101001 01101110 01110100', MINT],
    ['base64 behind a label', 'base64: gQRtaW50', MINT],
    ['data of Swift', '<81046d69 6e74>', MINT],
    ['two strings with a backslash between', '"\\x81\\x04\\x6d" \\\n"\\x69\\x6e\\x74"', MINT],
    ['a dump', '00000000  81 04 6d 69 6e 74                                 |..mint|\n00000006', MINT],
    [
      'a dump with one blank before its column',
      'recv:\n0000: 81 04 6d 69 6e 74                               ..mint',
      MINT,
    ],
    ['lines with a comment', 'rx: 81 04 6d 69 6e 74 // mint', MINT],
    ['lines of a fence with a comment each', '```\n81 04 6d 69 6e 74   # text\n89 00   # ping\n```', `${MINT}8900`],
    ['hex behind a bullet', 'x\n\n- 81 84 a1 b2 c3 d4 cc db ad a0\n\ny', MASKED],
    ['hex in a sentence, in quotes', 'I see "81 04 6d 69 6e 74" in it, and then?', MINT],
    ['hex in a sentence, in bold', 'It sends **81 84 a1 b2 c3 d4 cc db ad a0** here.', MASKED],
    ['hex within a sentence', 'The first bytes are 81 04 6d 69 6e 74 and then it is over.', MINT],
    ['hex between blanks that do not break', 'x\n\n81\u00a004\u00a06d\u00a069\u00a06e\u00a074\n', MINT],
    ['hex that a function takes', "x = bytes.fromhex('81046d696e74')", MINT],
    ['a list of hex in quotes', "got ['0x81', '0x4', '0x6d', '0x69', '0x6e', '0x74']", MINT],
    ['a slice of Rust in hex', 'Received: [81, 4, 6d, 69, 6e, 74]', MINT],
    ['what Kotlin makes octets of', 'val f = byteArrayOf(0x81.toByte(), 0x04, 0x6d, 0x69, 0x6e, 0x74)', MINT],
    ['a typed array as JSON', '{"0":129,"1":4,"2":109,"3":105,"4":110,"5":116}', MINT],
    ['an array as Chrome shows it', '[129, 4, 109, 105, 110, 116, buffer: ArrayBuffer(6), byteLength: 6]', MINT],
    ['a binary in a message of Erlang', '{tcp,#Port<0.7>,<<129,4,109,105,110,116>>}', MINT],
    ['base64 that a function takes', 'atob("gQRtaW50")', MINT],
    ['base64 below a line that says so', 'The frame, base64-encoded:\n\ngQRtaW50\n', MINT],
    ['binary digits over lines', '10000001 00000100 01101101\n01101001 01101110 01110100', MINT],
    ['a dump with its offset in brackets', '[0000]   81 04 6d 69 6e 74                                  ..mint', MINT],
    ['a dump with a sign before its offset', '+0000   81 04 6d 69 6e 74   ..mint', MINT],
    ['a dump of OpenSSL', `0000 - 81 84 a1 b2 c3 d4 cc db-ad a0                     ..........`, MASKED],
    [
      'a dump whose column is in two halves',
      '[0000]   81 84 A1 B2 C3 D4 CC DB  AD A0                     ........ ..',
      MASKED,
    ],
    ['a dump in bits', '00000000: 10000001 00000100 01101101 01101001 01101110 01110100  ..mint', MINT],
    ['lines between the tags of a forum', '[code]81 84 a1 b2 c3 d4\ncc db ad a0[/code]', MASKED],
    ['a dump whose groups are of four', '0000:   81 04 6d 69  6e 74                             ..mint', MINT],
    [
      'a dump with its address in memory',
      'I (1) ws: 0x3ffb1200   81 84 a1 b2 c3 d4 cc db  ad a0                      |..........|',
      MASKED,
    ],
    ['a dump with decimal offsets', '0: 81 84 a1 b2 c3 d4 cc db\n8: ad a0', MASKED],
    ['a dump with a bar before its column', '00000000: 81 04 6d 69 6e 74                               | ..mint', MINT],
    ['what gdb prints', '0x7ffe3c2a1b40 <buf>:\t0x81\t0x04\t0x6d\t0x69\t0x6e\n0x7ffe3c2a1b45 <buf+5>:\t0x74', MINT],
    ['octets before a column in halves', 'ReadAsync[10]\n  81 84 A1 B2 C3 D4 CC DB  AD A0    ........ ..', MASKED],
    ['binary digits between bars', '10000001|00000100|01101101|01101001|01101110|01110100', MINT],
    [
      'a run of digits in a sentence that names it',
      'The first bytes are 818ca1b2c3d4ccdbada08184c3d490a1b2c3 again.',
      '818ca1b2c3d4ccdbada08184c3d490a1b2c3',
    ],
    ['few digits behind a label that says hex', 'Hex stream: 81023432', '81023432'],
    ['what hexlify gives', "b'81046d696e74'", MINT],
    ['octets in quotes that colons part', 'got "81:04:6d:69:6e:74"', MINT],
    ['a number a line, each with its index', '0: 129\n1: 4\n2: 109\n3: 105\n4: 110\n5: 116', MINT],
    [
      'elements as PHP prints them',
      'Array\n(\n    [1] => 129\n    [2] => 4\n    [3] => 109\n    [4] => 105\n    [5] => 110\n    [6] => 116\n)',
      MINT,
    ],
    ['numbered lines', '```\n1: 81 04 6d 69 6e 74\n2: 89 00\n```', `${MINT}8900`],
    ['octets right behind the marks of a fence', 'x\n```81 84 a1 b2 c3 d4\ncc db ad a0```\nbye', MASKED],
    ['what a URL escapes', 'x\n\n%81%04%6d%69%6e%74\n', MINT],
    ['a cell of a page', '<table><tr><td>1</td><td>81 04 6d 69 6e 74</td></tr></table>', MINT],
    [
      'lines of a log, of which the last is digits alone',
      'I (1) ws: 81 06 6d 69 6e 74\nI (1) ws: 69 74',
      '81066d696e746974',
    ],
  ])('%s', (_, text, hex) => {
    expect(read(text)).toEqual([hex === 'refused' ? hex : expect.stringMatching(`^rx ${hex.replace('+', '\\+')}$`)]);
  });

  it('a byte string with a vertical tab in it', () => {
    expect(read("b'\\x81\\x03a\vb'")).toEqual(['rx 8103610b62']);
  });

  it('an escape that is followed by letters that could be digits', () => {
    expect(read("b'\\x81\\x04face'")).toEqual(['rx 810466616365']);
    expect(read("b'\\x81\\x02\\x612'")).toEqual(['rx 81026132']);
  });

  it('a string that strace cuts, of which the call tells the size', () => {
    const cut = 'read(5, "\\x81\\x7e\\x01\\x00mint"..., 4096) = 260';
    expect(read(`${cut}\nread(5, "\\x88\\0", 4096) = 2`)).toEqual(['rx 817e01006d696e74+2528800']);
  });

  it('a string that is cut, and nothing tells its size', () => {
    const { rows } = readLog(octetsReader('octets'), 'read(5, "\\x81\\x7e\\x01\\x00mint"...\nread(5, "\\x88\\0")\n');
    expect(rows.map((row) => row.kind === 'octets' && [row.octets.length, row.octets.exact])).toEqual([
      [9, false],
      [2, true],
    ]);
  });

  it('the parts of a vector as what one end wrote', () => {
    const [first, second] = ['"\\x81\\x84\\xa1\\xb2\\xc3\\xd4", iov_len=6', '"\\xcc\\xdb\\xad\\xa0", iov_len=4'];
    expect(read(`writev(5, [{iov_base=${first}}, {iov_base=${second}}], 2) = 10`)).toEqual([`tx ${MASKED}`]);
    const cut = '"\\x81\\x84\\xa1"..., iov_len=6';
    expect(read(`writev(5, [{iov_base=${cut}}, {iov_base=${second}}], 2) = 10`)).toEqual(['tx 8184a1+3ccdbada0']);
  });

  it('a head in a string whose only escapes are its line ends', () => {
    const head = 'GET / HTTP/1.1\\r\\nUpgrade: websocket\\r\\n\\r\\n';
    expect(read(`write(5, "${head}", 41) = 41\nwrite(5, "\\x81\\x04mint", 6) = 6`)).toEqual([
      `tx ${Buffer.from(head.replaceAll('\\r\\n', '\r\n')).toString('hex')}${MINT}`,
    ]);
  });

  it('a header and its payload, printed apart', () => {
    expect(read('Header Bytes:\n[0] (6) 81 84 A1 B2 C3 D4\n\nPayload Bytes:\n[0] (4) [1] CC DB AD A0\n')).toEqual([
      `rx ${MASKED}`,
    ]);
  });

  it('messages of websocketpp, of which all headers come first and texts are as they are', () => {
    const log = (headers: string, payloads: string) =>
      `[frame_header] Dispatching write\n[frame_header] Header Bytes: \n${headers}\n[frame_payload] Payload Bytes: \n${payloads}\n`;
    expect(read(log('[0] (2) 82 02 \n[1] (2) 89 01 \n', '[0] (2) [2] 0A 0B \n[1] (1) [9] 61 \n'))).toEqual([
      'tx 82020a0b890161',
    ]);
    expect(read(log('[0] (2) 81 04 \n', '[0] (4) [1] mint\n'))).toEqual([`tx ${MINT}`]);
    expect(read(log('[0] (2) 81 03 \n', '[0] (3) [1] a\nb\n'))).toEqual(['tx 8103610a62']);
  });

  it('the same octets in two spellings, once', () => {
    expect(read("raw: 81 04 6d 69 6e 74\nas bytes: b'\\x81\\x04mint'")).toEqual([`rx ${MINT}`]);
  });
});

describe('directions', () => {
  it.each([
    ['labels', `sent: ${MASKED}\nreceived: 88 00`],
    ['headings', `Sent 10 bytes:\n${MASKED}\nReceived 2 bytes:\n88 00`],
    ['marks', `>>> SEND (10 bytes)\n${MASKED}\n<<< RECV (2 bytes)\n88 00`],
    ['roles', `Client -> Server:\n${MASKED}\n\nServer -> Client:\n88 00`],
    ['a column', `| 1 | Client | 10 | \`${MASKED}\` |\n| 2 | Server | 2 | \`88 00\` |`],
    ['roles and verbs', `The client sends:\n${MASKED}\nThe server answers:\n88 00`],
    ['short roles', `C -> S   ${MASKED}\nS -> C   88 00`],
    ['short roles with a digit', `c2s ${MASKED}\ns2c 88 00`],
    ['arrows', `\u2192 ${MASKED}\n\u2190 88 00`],
    [
      'calls of the system',
      `sendto(5, "\\201\\204\\241\\262\\303\\324\\314\\333\\255\\240", 10)\nrecvfrom(5, "\\210\\0", 9)`,
    ],
    [
      'headings of OpenSSL',
      `write to 0x5a [0x5b] (10 bytes => 10 (0xA))\n0000 - ${MASKED.replace(/../g, '$& ')}\nread from 0x5a [0x5b] (2 bytes => 2 (0x2))\n0000 - 88 00`,
    ],
    ['the letters of a dialogue', `C: ${MASKED}\nS: 8800`],
    ['members of JSON objects', `{"dir": "send", "hex": "${MASKED}"}\n{"dir": "recv", "hex": "8800"}`],
    [
      'an array of JSON objects',
      `[{"type": "out", "data": [${[...Buffer.from(MASKED, 'hex')]}]}, {"type": "in", "data": [136, 0]}]`,
    ],
    ['functions and what they gave', `send() -> 10\n${MASKED}\nrecv() -> 2\n88 00`],
    ['a word for one, and the mask of the other', `I send \`${MASKED}\` and get back \`88 00\`.`],
    ['words of Chinese', `发送: ${MASKED}\n接收: 88 00`],
  ])('come from %s', (_, text) => {
    expect(read(text)).toEqual([`tx ${MASKED}`, 'rx 8800']);
  });

  it('that no word tells are told by the masks, and the log says so', () => {
    const { headers, rows } = readLog(octetsReader('octets'), `It sends\n\n${MASKED}\n\nand gets\n\n88 00\n`);
    expect(rows.map((row) => row.kind === 'octets' && row.direction)).toEqual(['rx', 'tx']);
    expect(headers[0]?.writer).toBe(null);
    expect(headers[0]?.notes?.[0]).toContain('the mask alone');
  });

  it('may be mixed in one run, and the log says so', () => {
    const { headers } = readLog(octetsReader('octets'), `data: ${MASKED}8800`);
    expect(headers[0]?.notes?.[0]).toContain('two directions may be mixed');
  });
});

describe('fragments', () => {
  it('are read behind labels, and behind a frame', () => {
    expect(read('recv: 01 02 61 62\nrecv: 80 01 63')).toEqual(['rx 01026162800163']);
    expect(read(`b'\\x81\\x04mint'\nb'\\x01\\x02ab'\nb'\\x80\\x01c'`)).toEqual([`rx ${MINT}01026162800163`]);
  });
});

describe('what is no frame is refused', () => {
  it.each([
    ['words of hex letters', 'dead beef cafe babe\nadded a facade'],
    ['a hash', '81a5d2e94b07c36f5518e2aa90bd4471fe03c862'],
    ['an id behind a hash', 'MD5 81059c3f0a1b2c3d4e5f60718293a4b5 and uid 0x8105.'],
    ['a hash behind a label', 'commit: 81a5d2e94b07c36f5518e2aa90bd4471fe03c862'],
    ['a UUID', 'id 8102f4de-77a1-4c0b-9be3-5510aa2f6d84'],
    ['an address', 'ether 82:04:ac:11:00:02'],
    ['a fingerprint', 'SHA1 Fingerprint=89:04:5F:C3:77:E0:9D:12:6B:F4'],
    ['a telephone number', 'Fax: 88 02 12 34'],
    ['colours', 'a { color: rgb(129, 2, 72); fill: #8abeb7 }'],
    ['opcodes in source', 'const OPS = [0x1, 0x2, 0x8];\nif (b[0] == 0x88) return;'],
    ['numbers of data', '{"lamps":[1,0,1],"at":[129,30]}'],
    ['lines of a stack trace', '    at read (lib/receiver.js:88:02)\n    at x (y.js:81:00)'],
    ['frames told in words', '10:00:01 rx TEXT fin=1 len=11 code=1000'],
    ['a picture', "b'\\x89PNG\\r\\n\\x1a\\n'"],
    ['a payload alone', 'recv: 48 65 6c 6c 6f'],
    ['base64 without a label', 'key: gQRtaW50'],
    ['what a call gives, in a comment', 'take(values, 3);\n// => [1, 2, 3]\n// => [2, 1]'],
    ['a statement at a prompt', '>>> y = [1, 2, 0, 1, 2, 0]'],
    ['numbers of arguments', '__attr_access ((__read_only__, 2, 3));'],
    ['a buffer of zeros', 'conn.Read([]byte{0, 0, 0, 0})'],
    ['a table of bits', `'closed' => "\\x00\\x10${'\\x00'.repeat(8)}",\n'open' => "${'\\x00'.repeat(10)}",`],
    [
      'one line of many that are like it, and no frames',
      ['5B57 4E8C', '8A80 927A 6A32', '7530 6C34', '6728 706B', '571F 91D1', '65E5 6708', '5C71 5DDD'].join('\n#\n'),
    ],
    ['an address in a sentence', 'The host 81:04:6d:69:6e:74 is up.'],
    ['a member of JSON, whose sender is elsewhere', '[\n {\n  "from": "client",\n  "is": "81046d696e74"\n }\n]'],
    ['base64 in a member of JSON', '{"at":1,"is":"out","data":"gQRtaW50","coding":"base64"}'],
    ['an id in quotes', 'the id is "81029abc" here'],
    [
      'first octets in a sentence, with a number far before',
      'The RFC has 0x81 0x05 for a text frame; see the table 81 82 88 89 8a.',
    ],
    ['octets of another protocol', 'MIDI: 81 3c 40 88 3c 40'],
    ['a message of another encoding', 'MessagePack: 81 a5 68 65 6c 6c 6f 05'],
    ['a hash in quotes', 'the file "810e9abc9abc9abc9abc9abc9abc9abc" is new'],
    ['a cut frame without a label', 'In short:\n81 10 6d 69\nThat is all.'],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(['refused']);
  });

  it('with the line that came nearest, and what to write', () => {
    expect(whyNoOctets('Hello\nrecv: 48 65 6c 6c 6f\n')).toMatch(
      /^line 2 comes nearest \("recv: 48 65.*a payload alone.*write "rx" or "tx"/,
    );
    expect(whyNoOctets('In short:\n81 10 6d 69\nThat is all.')).toContain('line 2');
    expect(whyNoOctets('Nothing here.')).toBe(null);
  });

  it('unless the format is named', () => {
    expect(readLog(octetsReader('octets'), 'In short:\n81 10 6d 69\nThat is all.').rows).toHaveLength(1);
    expect(readLog(octetsReader('octets'), 'Nothing here.').error).toBeInstanceOf(InputError);
  });
});

describe('around octets may stand', () => {
  const rows = ['rx: 81 04 6d 69 6e 74', 'tx: 88 80 a1 b2 c3 d4'];
  const expected = [`rx ${MINT}`, 'tx 8880a1b2c3d4'];
  it.each([
    [
      'quotation marks',
      rows
        .map((row) => `> ${row}`)
        .concat('> Can you tell me more?')
        .join('\n'),
    ],
    ['CRLF', rows.join('\r\n')],
    ['a diff', `--- a/x\n+++ b/x\n@@ -0,0 +1,2 @@\n${rows.map((row) => `+${row}`).join('\n')}`],
    ['HTML', `<p>Look:</p>\n<pre>${rows.join('\n')}</pre>`],
    ['a JSON string', JSON.stringify({ body: `Look:\n${rows.join('\n')}\nThanks` })],
    ['times', rows.map((row) => `2026-01-02 03:04:05,678 DEBUG ${row}`).join('\n')],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(expected);
  });

  it('a long text, whose head is cut anywhere', () => {
    for (const unit of ['81 04 6d 69 6e 74 ', `${MINT}\n`, '0x81, 0x02, 0x6d, 0x69, ']) {
      const text = unit.repeat(3000);
      for (let length = 9000; length < 9024; length++) expect(looksLikeOctets(text.slice(0, length), true)).toBe(true);
    }
  });

  it.each([
    ' ',
    '8',
    '81 ',
    '-',
    '[',
    '0000  81\n',
    '"',
    '\\"',
    '<',
    '<<< ',
    "b'\\x",
    '{1,',
    '>',
    '`',
    '|',
    '81:',
    '=',
    '[1 ',
  ])('%j very often, which takes no time', (unit) => {
    const seconds = cpuSeconds(() => {
      for (const end of ['', 'x', '"']) readPaste(`81${unit.repeat(30_000)}${end}`);
    });
    expect(seconds).toBeLessThan(10);
  });
});

describe('whole packets', () => {
  const header = '4500002e0000000040060000c0000201c0000202' + 'c738005000000001000000015010000000000000';
  it('give the payload behind their headers', () => {
    expect(read(`packet: ${header}8980a1b2c3d4`)).toEqual(['tx 8980a1b2c3d4']);
  });

  it('are one where their dump is quoted, and no line of it is octets of its own', () => {
    const words = `${header}8980a1b2c3d4`.match(/.{1,4}/g) ?? [];
    const line = (at: number) => `> \t0x00${at}0:  ${words.slice(8 * at, 8 * at + 8).join(' ')}\n`;
    expect(read(`Look:\n\n${[0, 1, 2].map(line).join('')}`).map((row) => row.slice(3))).toEqual(['8980a1b2c3d4']);
  });
});

describe('handshakes as text', () => {
  const request = ['GET /a HTTP/1.1', 'Host: a', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const response = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket'];
  const http = (text: string) => {
    const { headers, rows } = readLog(octetsReader('http'), text);
    return {
      headers,
      rows: rows.map((row) => (row.kind === 'octets' ? `${row.direction} ${row.octets.length}` : row.kind)),
    };
  };

  it('have CRLF, which the header says to be unknown', () => {
    const { headers, rows } = http(`Look:\n\n${request.join('\n')}\n\n${response.join('\n')}\n\nserver: 88 00\n`);
    expect(headers[0]).toMatchObject({ writer: 'client', headsAsText: true });
    expect(rows).toEqual(['tx 75', 'rx 56', 'rx 2']);
  });

  it('may have the marks of the writer, who may be the server', () => {
    const text = [...request.map((line) => `< ${line}`), '<', ...response.map((line) => `> ${line}`), '>', '> 88 00'];
    expect(http(text.join('\n'))).toMatchObject({ headers: [{ writer: 'server' }], rows: ['rx 75', 'tx 56', 'tx 2'] });
  });

  it.each([
    ['with its last field', [...request, '']],
    ['inside a field', [...request, 'Sec-WebSo']],
    ['inside a field, with marks', [...request, 'Sec-WebSo'].map((line) => `> ${line}`)],
  ])('may be cut: the text ends %s', (_, lines) => {
    const { rows } = readLog(octetsReader('http'), lines.join('\n'));
    const [head] = rows.flatMap((row) => (row.kind === 'octets' ? [row.octets] : []));
    expect(head && head.known.length < head.length).toBe(true);
    expect(Buffer.from(head?.known ?? []).toString()).toBe(`${request.join('\r\n')}\r\n`);
  });

  it.each(['\n\n', '\n\nserver: 88 00\n', '\n\nand then?'])('are whole before %j', (end) => {
    const { rows } = readLog(octetsReader('http'), request.join('\n') + end);
    expect(rows[0]).toMatchObject({ octets: { length: 75 } });
  });

  it('are whole where each line stands twice, as `curl -v --include` prints a response', () => {
    const twice = response.flatMap((line) => [`< ${line}`, line]);
    const { rows } = http([...request.map((line) => `> ${line}`), '> ', ...twice, '< ', '', 'x'].join('\n'));
    expect(rows).toEqual(['tx 75', 'rx 56']);
  });

  it('of two connections make two logs', () => {
    const pair = `${request.join('\n')}\n\n${response.join('\n')}\n\n`;
    expect(http(pair + pair).headers).toHaveLength(2);
  });
});

it.each([' ', '\t', ' #', ' (', ': '])('a heading with a long run of %j takes no time', (unit) => {
  const seconds = cpuSeconds(() => {
    for (const end of ['', 'x', ':', ')']) read(`Received from client:${unit.repeat(4000)}${end}\n00000009\n`);
  });
  expect(seconds).toBeLessThan(2);
});

describe('payloads of packets, a line each', () => {
  const request = 'GET /a HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n';
  const response = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const logOf = (text: string) => {
    const { headers, rows } = readLog(octetsReader('octets'), text);
    return { writers: headers.map(({ writer }) => writer), sent: read(text), rows: rows.length };
  };

  it.each([
    ['blank lines between', `${MINT}\n\n89027031\n\n8a00\n`],
    ['no lines between', `${MINT}\n89027031\n8a00\n`],
    ['columns of times and ports before them', `0.1\t9001\t${MINT}\n0.2\t9001\t89027031\n0.35\t9001\t8a00\n`],
    ['the same label before them', `frame: ${MINT}\nframe: 89027031\nframe: 8a00\n`],
  ])('are octets also where they may be numbers, with %s', (_, text) => {
    expect(read(text)).toEqual([`rx ${MINT}890270318a00`]);
  });

  it('are octets where the other end has lines of the same form', () => {
    expect(read('server: 8900\nclient: 8980a1b2c3d4\n')).toEqual(['rx 8900', 'tx 8980a1b2c3d4']);
  });

  it.each(['Order\n\n89027031\n', `frame: ${MINT}\ncount: 89027031\n`, `frame: ${MINT}\nserial: 89027031\n`])(
    'are numbers in %j',
    (text) => {
      expect(read(text).join()).not.toContain('89027031');
    },
  );

  it('are told apart by their masks, and a frame goes on in the next of them', () => {
    const cut = MASKED.length - 4;
    const lines = [MINT, MASKED.slice(0, cut), MASKED.slice(cut), '89027031'];
    for (const gap of ['\n', '\n\n'])
      expect(read(lines.join(gap))).toEqual([`rx ${MINT}`, `tx ${MASKED}`, 'rx 89027031']);
  });

  it('may stand between the pieces of a frame of the other end', () => {
    const long = `817e00c8${'61'.repeat(200)}`;
    const lines = [MINT, long.slice(0, 300), MASKED, long.slice(300), '8800', '8a00'];
    for (const gap of ['\n', '\n\n'])
      expect(read(lines.join(gap))).toEqual([
        `rx ${MINT}${long.slice(0, 300)}`,
        `tx ${MASKED}`,
        `rx ${long.slice(300)}88008a00`,
      ]);
  });

  it('begin with the opening handshake', () => {
    const all = logOf([request, response].map(hex).concat(MINT, MASKED).join('\n'));
    expect(all).toEqual({
      writers: ['client'],
      sent: [`tx ${hex(request)}`, `rx ${hex(response)}${MINT}`, `tx ${MASKED}`],
      rows: 4,
    });
    expect(logOf(hex(request)).sent).toEqual([`tx ${hex(request)}`]);
    expect(read(hex('GET /a HTTP/1.1\r\nHost: a\r\n\r\n'))).toEqual(['refused']);
  });

  it('are one direction where hex of one was broken into lines', () => {
    const lines =
      hex(response)
        .concat(MINT)
        .match(/.{1,60}/g) ?? [];
    expect(logOf(lines.join('\n'))).toMatchObject({ sent: [`rx ${hex(response)}${MINT}`], rows: 1 });
  });
});

describe('a refusal says what is wrong', () => {
  it.each([
    ['buf = []byte{0x83, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}', 'they make faulty frames'],
    ['15 03 03 00 02 02 28', 'a TLS record'],
  ])('with %j', (text, says) => {
    expect(whyNoOctets(text)).toContain(says);
  });

  it.each(['[1,2]', '01 02 03'])('and %j is too little to be a frame', (text) => {
    expect(read(text)).toEqual(['refused']);
  });
});
