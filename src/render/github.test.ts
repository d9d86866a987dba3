import { describe, expect, it } from 'vitest';
import { BARE, renderLog } from './annotate/render-log.fixture.ts';
import { FAILED_CASE, HOSTILE, madeCase, render, verdictOf } from './check/case.fixture.ts';
import { commandLine } from './github.ts';

/** As the runner reads a command. */
function parse(line: string) {
  const [, command, properties = '', message = ''] = /^::(\w+) ([^\n]*?)::([^\n]*)\n$/.exec(line) ?? [];
  const data = (text: string) => text.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
  const property = (text: string) => data(text.replace(/%3A/g, ':').replace(/%2C/g, ','));
  const pairs = properties.split(',').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), property(pair.slice(at + 1))] as const;
  });
  return { command, properties: Object.fromEntries(pairs), message: data(message) };
}

describe('workflow commands of GitHub', () => {
  it('say what is wrong, in which file and line', () => {
    const text = render('github', [FAILED_CASE], { locate: () => 42 });
    const [total = '', first = ''] = text.split(/(?<=\n)/).filter((line) => !line.includes('cannot be read'));
    expect(parse(total).properties).toEqual({ title: 'wirelog check' });
    expect(parse(total).message).toMatch(/^1 case of 1 agent: 1 FAILED; .*; exit code 2: 1 case at or above/);
    expect(parse(first)).toEqual({
      command: 'error',
      properties: { file: 'reports/made_case_3_2.json', line: '42', title: 'made, case 3.2: FAILED' },
      message:
        'row 9: text with RSV2 set (RFC 6455 §5.2); also charged: frame/rsv-set; hint: row 9: the payload was never unmasked',
    });
  });

  it('are one a cause, and name the cases', () => {
    const cases = ['1', '2', '3'].map((number) => ({
      ...FAILED_CASE,
      case: `3.${number}`,
      agent: number === '3' ? 'other' : 'made',
      verdict: { ...FAILED_CASE.verdict, why: `row ${number}: text with RSV2 set (RFC 6455 §5.2)` },
    }));
    const [, ...lines] = render('github', [...cases, madeCase()])
      .trimEnd()
      .split('\n');
    const causes = lines
      .map((line) => parse(`${line}\n`))
      .filter(({ properties }) => properties['title']?.includes('FAILED'));
    expect(causes).toHaveLength(1);
    expect(causes[0]?.properties['title']).toBe('2 agents, 3 cases: FAILED');
    expect(causes[0]?.message).toContain('in made 3.1, 3.2; other 3.3');
  });

  it('are no more of a kind than GitHub shows, and the last tells of the rest', () => {
    const letters = [...'abcdefghijklmnopqrst'];
    const bad = (level: 'FAILED' | 'NON-STRICT') =>
      letters.map((letter) =>
        madeCase({
          case: letter,
          fails: level === 'FAILED',
          verdict: verdictOf(level, 'OK', { why: `${level} ${letter}.` }),
        }),
      );
    const lines = render('github', [...bad('NON-STRICT'), ...bad('FAILED'), madeCase()])
      .trimEnd()
      .split('\n');
    const of = (command: string) => lines.filter((line) => line.startsWith(`::${command} `));
    expect(of('error')).toHaveLength(10);
    expect(of('warning')).toHaveLength(10);
    expect(lines[0]).toContain('title=wirelog check::');
    // The total and the file that cannot be read are errors too: seven causes are shown, thirteen are told.
    expect(of('error').at(-1)).toContain('title=13 more causes in 13 cases::FAILED: FAILED h.');
    expect(of('warning').at(-1)).toContain('title=11 more causes in 11 cases::');
  });

  it('come back as they were given, and nothing of a log ends them', () => {
    const file = 'a,b:c%d\r\n::error::x\ud800';
    const line = commandLine({ level: 'note', file, line: 3, title: 'a,b:c%25', message: '100%0A\n::stop::' });
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(parse(line)).toEqual({
      command: 'notice',
      properties: { file: 'a,b:c%d??::error::x?', line: '3', title: 'a,b:c%25' },
      message: '100%0A\\n::stop::',
    });
  });

  it('name the file of a connection', () => {
    const line = commandLine({ level: 'error', file: 'a.pcap#2', line: null, title: 'a', message: 'b' });
    expect(parse(line).properties['file']).toBe('a.pcap');
  });

  it('have a title that GitHub takes', () => {
    const line = commandLine({ level: 'error', file: null, line: null, title: 'a'.repeat(1000), message: 'b' });
    expect(parse(line).properties['title']).toHaveLength(255);
  });

  it('are one a line for any log, and each line is one of ours', () => {
    const lines = render('github').trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) (?:file|title)=/);
    expect(render('github')).not.toContain('\x1b');
    expect(lines.some((line) => line.includes(HOSTILE))).toBe(false);
  });

  it('leave out what is no worse than in the baseline', () => {
    const known = madeCase({ verdict: verdictOf('FAILED'), change: 'same', fails: false });
    expect(render('github', [known])).not.toContain('case 1.1.1');
  });

  it('of annotate are one a charged annotation', () => {
    const text = renderLog('github', `${BARE}# case: 3.2\nrx 9100\n`, { locate: () => 7 });
    expect(text).toMatch(/^::error file=logs\/made\.log,line=7,title=case 3\.2%3A [\w/-]+::row 0: /);
  });
});
