import { describe, expect, it } from 'vitest';
import { BARE, renderLog } from './render-log.fixture.ts';

describe('the annotated log as text', () => {
  it('has nothing in its last lines that could drive the terminal', () => {
    const log = '# writer: client\n# under-test: server\nrx "HTTP/1.1 1\\x1b[2J\\r\\n\\r\\n"\nTCP DROPPED BY PEER\n';
    const text = renderLog('text', log);
    expect(text).toContain('\nwhy: ');
    expect(text).toContain('\\u{1b}[2J');
    expect(text).not.toContain('\x1b');
  });

  it('shows a handshake that the input tells of in fields, as what it is', () => {
    const heads = [
      '# request: "GET /\\u001b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"',
      '# response: "HTTP/1.1 101 Yes\\r\\n\\r\\n"',
    ];
    const says = 'handshake, as the file tells it and not judged: GET /\\u{1b} HTTP/1.1 → HTTP/1.1 101 Yes\n';
    expect(renderLog('text', `${BARE}${heads.join('\n')}\nrx 8180a1b2c3d4\n`)).toContain(says);
    expect(renderLog('text', `${BARE}rx 8180a1b2c3d4\n`)).not.toContain('handshake, as');
  });

  it('names the row of a likely cause once', () => {
    const log =
      '# writer: client\n# under-test: server\n# extensions: none\ntx 818537fa213d7f9f4d5158\nrx 48656c6c6f\n';
    expect(renderLog('text', log)).toMatch(/^likely cause: row 1: (?!row)/m);
  });

  it('leaves no gap where a payload is empty, and counts one octet', () => {
    const text = renderLog('text', `${BARE}rx 89\nrx 8037fa213d\n`);
    expect(text).toContain('000 RX 1 octet: 89\n');
    expect(text).toContain('RX ping (key 37fa213d, 0 octets)');
  });
});
