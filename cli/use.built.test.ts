import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HEX, PROGRAM, put, SEED, scratch, shell, unsafeIn, wirelog } from './built.fixture.ts';
import { COMMANDS } from './commands.ts';

describe('help and version', () => {
  it('prints the version alone', () => {
    const version = { code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/), err: '' };
    expect(wirelog(['--version'])).toEqual(version);
    expect(wirelog(['-V'])).toEqual(version);
    expect(wirelog(['check', '-V'])).toEqual(version);
  });

  it('names every command in its help', () => {
    const { code, out, err } = wirelog(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const { command } of COMMANDS) expect(out).toContain(String(command).replace('$0 ', 'wirelog '));
    expect(out.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  it('lays the help of a command out in columns', () => {
    expect(wirelog(['convert', '--help'], { env: { COLUMNS: '80' } }).out).toMatchInlineSnapshot(`
      "wirelog convert <log>

      Write the same log in another notation.

      Arguments:
        log                          A file, or - for standard input

      Options:
        -o, --output FILE            Write to this file
            --to rows|autobahn-json  The notation [default rows]

      How it is read:
            --from FORMAT            Format of the input, if it is not recognised
            --connection N           Only the connection with this number
            --port N                 TCP port of WebSockets begun before the capture
            --keys FILE              TLS key log, to decrypt a capture

      Everywhere:
        -h, --help                   Show this help
        -V, --version                Show the version

      Exit code:
        0                            the log is written
        2                            wrong use, or something cannot be read
        70                           a bug in wirelog
        130                          interrupted

      Examples:
        wirelog convert page.html
            the log in the text notation
        wirelog convert a.log --to autobahn-json -o a.json
            the same as the suite writes it
      "
    `);
  });

  it.each(COMMANDS.map(({ command }) => String(command).split(' ')[0] as string).filter((name) => name !== '$0'))(
    'tells the options, examples and exit codes of %s within two screens',
    (name) => {
      const { code, out, err } = wirelog([name, '--help'], { env: { COLUMNS: '100' } });
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(wirelog(['help', name], { env: { COLUMNS: '100' } }).out).toBe(out);
      for (const title of ['Everywhere', 'Exit code', 'Examples'])
        expect(out).toMatch(new RegExp(`^${title}:\\n {2}`, 'm'));
      expect(out.split('\n').length).toBeLessThanOrEqual(70);
      expect(out.includes('\nFilters:\n')).toBe(out.includes('--where'));
    },
  );

  it('wraps only in a terminal, or where COLUMNS says how wide', () => {
    const widest = (env: NodeJS.ProcessEnv) => {
      const lines = wirelog(['rules', 'frame/mask-missing'], { env }).out.split('\n');
      return Math.max(...lines.filter((line) => line.startsWith('  ')).map(({ length }) => length));
    };
    expect(widest({})).toBeGreaterThan(110);
    const [told] = wirelog(['rules', 'frame/mask-missing'], { env: { COLUMNS: '60' } }).out.split('violates:');
    expect(told?.split('\n').filter((line) => line.length > 60 && / {2}(?:What|The)/.test(line))).toEqual([]);
  });
});

describe('where the Node of the machine is too old', () => {
  const folder = scratch();
  const older = `data:text/javascript,${encodeURIComponent(
    'Object.defineProperty(process, "versions", { value: { node: "20.1.0" } }); process.execPath = "/usr/bin/node"',
  )}`;
  const run = (program: string) =>
    spawnSync(process.execPath, ['--import', older, program, 'annotate', '-q', HEX], { encoding: 'utf8' });

  it('a checkout runs by its own', () => {
    expect(run(PROGRAM)).toMatchObject({ status: 1, stdout: '', stderr: '' });
  });

  it('an installed program says which it needs', () => {
    const program = put(folder, 'wirelog.mjs', readFileSync(PROGRAM));
    const stderr = 'wirelog: this is Node 20.1.0, and wirelog needs Node 22.12 or newer\n';
    expect(run(program)).toMatchObject({ status: 2, stdout: '', stderr });
  });
});

describe('wrong use ends in exit code 2 and one line', () => {
  it.each([
    [['--nonsense'], 'no option --nonsense: wirelog --help lists them'],
    [['annotate', '--nonsense', SEED], 'annotate: no option --nonsense: wirelog annotate --help lists them'],
    [['annotate', '--formt', 'text', SEED], 'annotate: no option --formt: did you mean --format?'],
    [['-z'], 'no option -z'],
    [['chek', 'logs'], 'no file and no command "chek": did you mean "check"?\n'],
    [['help', 'chek'], 'no command "chek": did you mean "check"?\n'],
    [['help', 'a', 'b'], 'help: "b" is one too many: wirelog help [command]'],
    [['nonsense'], 'nonsense: no such file or directory'],
    [['annotate', SEED, '--format'], '--format needs a value: FORM'],
    [['annotate', SEED, '--format', 'jnit'], 'no format "jnit": did you mean "junit"?\n'],
    [['annotate', SEED, '--from', 'pcpa'], 'no format "pcpa": did you mean "pcap"?\n'],
    [['annotate', SEED, '--only', 'mask/key-zreo'], 'no rule or area "mask/key-zreo": did you mean "mask/key-zero"?\n'],
    [
      ['annotate', SEED, '--format', 'nonsense'],
      'no format "nonsense": choose text, ndjson, markdown, html, junit, sarif or github\n',
    ],
    [['annotate', SEED, '--from', 'nonsense'], 'no format "nonsense"'],
    [['annotate', SEED, '--color', 'allways'], '--color cannot be "allways": did you mean "always"?\n'],
    [['annotate', SEED, '--fail-on', 'nonsense'], '"nonsense": choose error, warning, note or never\n'],
    [['annotate', SEED, '--under-test', 'nonsense'], '"nonsense"'],
    [['annotate', SEED, '--only', 'nonsense'], 'no rule or area "nonsense"'],
    [['annotate', SEED, '--skip', 'close,nonsense/x'], 'no rule or area "nonsense/x"'],
    [['annotate', SEED, '--max-message', 'much'], '"much" is not a size'],
    [['decode'], 'decode: hex is missing: wirelog decode <hex..>'],
    [['convert'], 'convert: log is missing: wirelog convert <log>'],
    [['convert', 'a', 'b'], 'convert: "b" is one too many: wirelog convert <log>'],
    [['diff', 'a'], 'diff: right is missing: wirelog diff <left> <right>'],
    [['annotate', SEED, '--fail-on'], '--fail-on needs a value: error|warning|note|never'],
    [['check', SEED, '--baseline', 'nowhere'], 'nowhere: the baseline cannot be read: no such file or directory'],
    [['record'], 'record: --target URL is missing: The server that gets each connection: ws://HOST:PORT'],
    [['convert', SEED, '--to', 'nonsense'], '"nonsense"'],
    [['rules', 'nonsense'], 'no rule or area "nonsense": wirelog rules lists them\n'],
    [['rules', 'clos'], 'no rule or area "clos": did you mean "close"?\n'],
    [['inspect', SEED], 'no terminal'],
  ])('%j', (args, message) => {
    const { code, out, err } = wirelog(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^wirelog: [^\n]+\n$/);
    expect(err).toContain(message);
  });
});

describe('exit codes of annotate', () => {
  it.each([
    ['nothing is charged to the endpoint under test', [SEED], 0],
    ['something is', [HEX], 1],
    ['nothing shall count', [HEX, '--fail-on', 'never'], 0],
    ['notes count', [HEX, '--fail-on', 'note'], 1],
    ['the broken rule is skipped', [HEX, '--skip', 'close'], 0],
    ['only another area is asked for', [HEX, '--only', 'frame,mask'], 0],
    ['only the broken rule is asked for', [HEX, '--only', 'close/code-never-on-wire'], 1],
    ['the other endpoint is put under test', [SEED, '--under-test', 'server'], 1],
    ['both are', [SEED, '--under-test', 'both'], 1],
    ['the peer is, by name', [SEED, '--under-test', 'peer'], 0],
  ])('when %s', (_, args, expected) => {
    expect(wirelog(['annotate', ...args])).toMatchObject({ code: expected, err: '' });
  });

  it('are all that --quiet leaves', () => {
    expect(wirelog(['annotate', '--quiet', HEX])).toEqual({ code: 1, out: '', err: '' });
    expect(wirelog(['-q', SEED])).toEqual({ code: 0, out: '', err: '' });
  });

  it('is 130 for an interrupted batch', () => {
    const line = 'set -m; wirelog annotate <(sleep 20) & sleep 0.5; kill -INT %1; wait %1';
    expect(shell(line).code).toBe(130);
  });
});

describe('a bug in wirelog', () => {
  // What every record goes through; the rest of Node may use it.
  const broken = `const sound = JSON.stringify;
    JSON.stringify = (value, ...more) => {
      if (value?.type) throw new TypeError('injected \\x1b[31m');
      return sound(value, ...more);
    };`;
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(broken)}` };

  it('ends in exit code 70 with version and where to go', () => {
    const { code, out, err } = wirelog(['annotate', '-f', 'ndjson', SEED], { env });
    expect({ code, out }).toEqual({ code: 70, out: '' });
    expect(err).toMatch(
      /^wirelog \d\S*: \S*7\.9\.13-close-code-2999\.txt: this is a bug in wirelog: TypeError: injected \\u\{1b\}\[31m\n[^\n]*report[^\n]*\n$/,
    );
    expect(unsafeIn(err)).toEqual([]);
  });

  it('prints the stack with WIRELOG_DEBUG=1', () => {
    const { code, err } = wirelog(['annotate', '-f', 'ndjson', SEED], { env: { ...env, WIRELOG_DEBUG: '1' } });
    expect(code).toBe(70);
    expect(err).toMatch(/\n {4}at .*wirelog|\n {4}at .*chunks/);
    expect(unsafeIn(err)).toEqual([]);
  });
});

describe('options of annotate', () => {
  it('take the last where one is given twice', () => {
    expect(wirelog(['annotate', '--color', 'always', '--color', 'never', SEED]).out).not.toContain('\x1b');
    expect(wirelog(['annotate', '-f', 'ndjson', '-f', 'text', SEED]).out).toContain('lluv-websocket');
  });

  it('colour when asked, in the order of --color, NO_COLOR, FORCE_COLOR', () => {
    const colored = (args: string[], env: NodeJS.ProcessEnv) =>
      wirelog(['annotate', SEED, ...args], { env }).out.includes('\x1b[');
    expect(colored([], {})).toBe(false);
    expect(colored(['--color', 'always'], { NO_COLOR: '1', TERM: 'dumb' })).toBe(true);
    expect(colored(['--color=never'], { FORCE_COLOR: '1' })).toBe(false);
    expect(colored([], { FORCE_COLOR: '1' })).toBe(true);
    expect(colored([], { FORCE_COLOR: '0' })).toBe(false);
    expect(colored([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(colored([], { FORCE_COLOR: '1', NO_COLOR: '' })).toBe(true);
  });

  it('colour nothing but what is there without', () => {
    const plain = wirelog(['annotate', SEED]).out;
    expect(stripVTControlCharacters(wirelog(['annotate', SEED, '--color', 'always']).out)).toBe(plain);
  });

  it('print only rows with annotations with --violations', () => {
    const rows = (...args: string[]) => wirelog(['annotate', SEED, ...args]).out.match(/^\d{3} /gm) ?? [];
    expect(rows('--violations').length).toBeGreaterThan(0);
    expect(rows('--violations').length).toBeLessThan(rows().length);
    expect(wirelog(['annotate', SEED, '--violations']).out).toContain('close/code-unassigned');
  });

  it('add a dump of the octets with --hex', () => {
    expect(wirelog(['annotate', HEX, '--hex']).out).toMatch(/^ +00000000: 81 05 48 65 6c 6c 6f 88/m);
  });

  it('read a format that is not recognised with --from', () => {
    const { out } = wirelog(['annotate', '--from', 'rows', '-'], { input: 'some prose\nrx 8900\n' });
    expect(out).toContain('ping');
    expect(wirelog(['annotate', '--from', 'hex', HEX]).out).toBe(wirelog(['annotate', HEX]).out);
  });

  it('keep no more of a message than --max-message says', () => {
    const input = `rx 827e0400${'61'.repeat(1024)}\n`;
    const payload = (...args: string[]) => {
      const { out } = wirelog(['annotate', '-f', 'ndjson', ...args, '-'], { input });
      const row = JSON.parse(out.split('\n')[1] ?? '');
      return row.frames[0].payload.length / 2;
    };
    expect(payload()).toBe(1024);
    expect(payload('--max-message', '1k')).toBe(1024);
    expect(wirelog(['annotate', '--max-message', '100', '-'], { input }).code).toBe(0);
  });
});

describe('NDJSON', () => {
  const records = wirelog(['annotate', '-f', 'ndjson', SEED, HEX])
    .out.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ofType = (type: string) => records.filter((record) => record.type === type);

  it('is one record a line, those of one log together', () => {
    const types = records.map(({ type }) => type);
    expect(types.filter((type) => type !== 'row')).toEqual(['log', 'summary', 'log', 'summary']);
    expect(new Set(types)).toEqual(new Set(['log', 'row', 'summary']));
  });

  it('has the keys of the contract', () => {
    expect(ofType('log')[0]).toMatchObject({
      version: 1,
      source: SEED,
      format: 'autobahn-page',
      agent: 'lluv-websocket',
      case: '7.9.13',
      writer: 'server',
      underTest: 'client',
      handshake: { request: expect.stringMatching(/^GET /), response: expect.stringMatching(/^HTTP\/1\.1 101/) },
      extensions: expect.any(Array),
      subprotocol: null,
    });
    expect(ofType('row').find(({ row }) => row === 5)).toMatchObject({
      kind: 'octets',
      direction: 'rx',
      length: 27,
      octets: expect.stringMatching(/^889500cc/),
      complete: true,
      time: null,
      frames: [
        {
          direction: 'rx',
          ordinal: 0,
          offset: expect.any(Number),
          starts: { row: 5, octet: 0 },
          ends: { row: 5, octet: 27 },
          via: 'octets',
          fin: true,
          rsv: 0,
          opcode: 8,
          name: 'close',
          masked: true,
          maskingKey: '00ccb83b',
          lengthBits: 7,
          length: 21,
          payload: expect.stringMatching(/^03ea496e/),
          complete: true,
          close: { code: 1002, reason: 'Invalid status code' },
        },
      ],
      annotations: [],
    });
    expect(ofType('row').find(({ row }) => row === 6)).toMatchObject({
      kind: 'frame',
      direction: 'rx',
      opcode: 8,
      fin: true,
      rsv: 0,
      masked: true,
      maskingKey: '00ccb83b',
      length: 21,
      payload: expect.stringMatching(/^03ea496e/),
      complete: true,
      agrees: true,
    });
    expect(ofType('row').find(({ kind }) => kind === 'fail-after')).toMatchObject({ row: 4, seconds: 1 });
    expect(ofType('row').find(({ kind }) => kind === 'tcp-drop')).toMatchObject({ row: 7, by: 'writer' });
    expect(ofType('summary')[0]).toMatchObject({
      source: SEED,
      rows: 8,
      frames: { rx: 1, tx: 1 },
      violations: { error: 0, warning: 0, note: expect.any(Number) },
      stimuli: { error: 1, warning: 0, note: expect.any(Number) },
      unverified: expect.any(Array),
    });
    expect(ofType('summary')[0]).toHaveProperty('verdict');
  });

  it('tells rule, place, certainty and reaction of an annotation', () => {
    const { annotations } = ofType('row').find(({ row }) => row === 3);
    expect(annotations).toContainEqual(
      expect.objectContaining({
        rule: 'close/code-unassigned',
        severity: 'error',
        by: 'server',
        intent: 'stimulus',
        row: 3,
        octets: [2, 4],
        frame: { direction: 'tx', ordinal: 0 },
        section: 'RFC 6455 §7.4.2',
        message: expect.any(String),
        certainty: 'certain',
        reaction: { row: 5, kind: 'close', code: 1002, verdict: 'right' },
      }),
    );
  });
});
