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
