// `record`: the proxy, a file a connection, and on request what is wrong while it happens.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnnotatedRow } from '../../src/judge/annotation.ts';
import { judge } from '../../src/judge/judge.ts';
import { addressInWords, listenAddressOf, targetOf } from '../../src/live/address.ts';
import { type Recorder, type RecordSink, startRecorder } from '../../src/live/record.ts';
import { UserError } from '../../src/model/errors.ts';
import type { LogHeader, Row } from '../../src/model/row.ts';
import { complain, openOutput, reasonOf } from '../input/io.ts';
import { type CommonOptions, sizeOf } from '../options.ts';
import { openRenderer } from '../output/annotate-forms.ts';
import { openLogFile } from './log-file.ts';

export interface RecordCommandOptions {
  readonly listen: string;
  readonly target: string;
  readonly output: string;
  readonly annotate: boolean;
  readonly maxSize: string | undefined;
  readonly connections: number | undefined;
  readonly idle: number;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly insecure: boolean;
  readonly color: CommonOptions['color'];
}

const INTERRUPTED = 130;

/** Resolves to the exit code once it is interrupted, or so many connections are over as were asked for. */
export async function recordLogs(options: RecordCommandOptions): Promise<number> {
  const { idle: idleSeconds, insecure: isInsecure } = options;
  const listen = listenAddressOf(options.listen);
  const target = targetOf(options.target);
  const tls = tlsOf(options);
  const status = openStatus(process.stderr);
  const { over, stop, open } = openRecording(options, status);
  const interrupt = () => stop(INTERRUPTED);
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  let recorder: Recorder | null = null;
  try {
    recorder = await startRecorder({ listen, target, open, tls, idleSeconds, isInsecure }).catch((error) => {
      throw new UserError(`${options.listen}: ${reasonOf(error)}`);
    });
    complain(`listening on ${addressInWords(recorder.address)}, passing on to ${options.target}`);
    return await over;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    status.close();
    await recorder?.close();
  }
}

/** Writes each connection. `over` resolves to what `stop` is given, or rejects where that is an error. */
function openRecording(options: RecordCommandOptions, status: ReturnType<typeof openStatus>) {
  const { connections = Number.POSITIVE_INFINITY, color, annotate: isAnnotated } = options;
  const maxOctets = sizeOf(options.maxSize);
  const output = openOutput(process.stdout);
  mkdirSync(options.output, { recursive: true });
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+Z$/g, '');
  let stop: (code: number | Error) => void = () => {};
  const over = new Promise<number>((resolve, reject) => {
    stop = (code) => (typeof code === 'number' ? resolve(code) : reject(code));
  });
  let count = 0;
  const say = (text: string) => {
    status.clear();
    void output.write(text);
  };
  /** What cannot be written any more is not recorded any more. */
  const attempt = (write: () => void) => {
    try {
      write();
    } catch (error) {
      stop(error as Error);
    }
  };
  const open = (header: LogHeader, number: number): RecordSink => {
    status.opened();
    const name = join(options.output, `${stamp}-${String(number).padStart(3, '0')}`);
    const sink = openSink(name, header, { maxOctets, isAnnotated, color, say });
    return {
      row: (row) => {
        if (row.kind === 'octets') status.passed(row.octets.length);
        attempt(() => sink.row(row));
      },
      trouble: (sentence) => {
        status.clear();
        complain(`connection ${number}: ${sentence}`);
      },
      end: (sent) => {
        attempt(() => sink.end());
        status.over();
        say(`${sink.files.join(' ')}: ${sent.rx} octets from the client, ${sent.tx} from the server\n`);
        if (++count >= connections) stop(0);
      },
    };
  };
  return { over, stop, open };
}

interface SinkOptions {
  readonly maxOctets: number | undefined;
  readonly isAnnotated: boolean;
  readonly color: CommonOptions['color'];
  readonly say: (text: string) => void;
}

/** The file of one connection, and what is printed of it. */
function openSink(name: string, header: LogHeader, { maxOctets, isAnnotated, color, say }: SinkOptions) {
  const file = openLogFile(name, header, maxOctets);
  const commentary = isAnnotated ? openCommentary({ ...header, source: file.files[0] ?? name }, color, say) : null;
  return {
    files: file.files,
    row: (row: Row) => {
      file.row(row);
      commentary?.row(row);
    },
    end: () => {
      commentary?.end();
      file.close();
    },
  };
}

/** Rows with annotations, as soon as they are known. */
function openCommentary(header: LogHeader, color: CommonOptions['color'], say: (text: string) => void) {
  const stream = judge(header, { withoutVerdict: true });
  const opened = openRenderer({ format: 'text', color, violations: true, hex: false });
  let begun: Promise<void> = Promise.resolve();
  const show = (rows: readonly AnnotatedRow[]) => {
    const late = stream.takeLate();
    begun = begun.then(async () => {
      const renderer = await opened;
      say([...rows.map(renderer.row), ...late.map(renderer.late)].join(''));
    });
  };
  begun = opened.then((renderer) => say(renderer.begin(header, null)));
  return {
    row: (row: Row) => {
      show(stream.push(row));
      show(stream.flush());
    },
    end: () => show(stream.end().rows),
  };
}

const STATUS_MS = 1000;

/** How much has passed, in one line that is drawn over, only where somebody looks. */
function openStatus(screen: NodeJS.WriteStream) {
  const isShown = screen.isTTY === true && process.env['TERM'] !== 'dumb';
  let [open, over, octets] = [0, 0, 0];
  let isDrawn = false;
  const draw = () => {
    if (open + over === 0) return;
    isDrawn = true;
    const line = `${open} open, ${over} ended, ${octets.toLocaleString('en')} octets`;
    screen.write(`\r\x1b[K${line.slice(0, (screen.columns || 80) - 1)}`);
  };
  const timer = isShown ? setInterval(draw, STATUS_MS).unref() : undefined;
  const clear = () => {
    if (isDrawn) screen.write('\r\x1b[K');
    isDrawn = false;
  };
  return {
    clear,
    opened: () => void open++,
    passed: (count: number) => {
      octets += count;
    },
    over: () => {
      open--;
      over++;
    },
    close: () => {
      clearInterval(timer);
      clear();
    },
  };
}

function tlsOf({ cert, key }: RecordCommandOptions): { cert: Buffer; key: Buffer } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new UserError('--cert and --key go together');
  return { cert: read(cert), key: read(key) };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError(`${file}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
