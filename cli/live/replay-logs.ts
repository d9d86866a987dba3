// `replay`: each log of the input played again at the peer, one after the other.

import { type JudgedLog, judgeLog } from '../../src/judge/judged-log.ts';
import { addressInWords, listenAddressOf, targetOf } from '../../src/live/address.ts';
import { type Listener, listen, type Peer } from '../../src/live/reach.ts';
import { type ReplayOptions, replay } from '../../src/live/replay.ts';
import { UserError } from '../../src/model/errors.ts';
import type { Role } from '../../src/model/row.ts';
import { findInputs } from '../input/find-inputs.ts';
import { complain, type Output, openOutput, reasonOf } from '../input/io.ts';
import type { InputOptions } from '../input/read-log.ts';
import { readWholeLogs } from '../input/whole-logs.ts';
import { type CommonOptions, sizeOf } from '../options.ts';
import { openRenderer } from '../output/annotate-forms.ts';
import { openProgress } from '../output/progress.ts';
import { openReplayFiles, type ReplayFiles } from './replay-files.ts';
import { outcomeLine, outcomeOf, outcomeRecord } from './replay-outcome.ts';

export interface ReplayCommandOptions extends Pick<CommonOptions, 'color' | 'quiet'>, InputOptions {
  readonly log: string;
  readonly connect: string | undefined;
  readonly listen: string | undefined;
  readonly side: Role | undefined;
  readonly timing: 'log' | 'fast';
  readonly timeout: number;
  readonly wait: number;
  readonly maxOctets: string;
  readonly freshMasks: boolean;
  readonly strict: boolean;
  readonly insecure: boolean;
  readonly expect: 'recorded' | 'conformant';
  readonly output: string | undefined;
  readonly format: 'text' | 'ndjson';
}

/** Returns the exit code. */
export async function replayLogs(options: ReplayCommandOptions): Promise<number> {
  const { inputs, errors } = findInputs([options.log]);
  for (const error of errors) complain(error.message);
  const isDirectory = inputs.some(({ found }) => found);
  const peer = await peerOf(options);
  const files =
    options.output === undefined
      ? null
      : openReplayFiles(
          options.output,
          isDirectory,
          inputs.map(({ source }) => source),
        );
  const output = openOutput(process.stdout);
  let code = errors.length > 0 ? 2 : 0;
  let count = 0;
  const isShared = options.quiet || process.stdout.isTTY === true;
  const progress = openProgress(process.stderr, inputs.length, isShared, Date.now, 'logs');
  try {
    for (const [at, input] of inputs.entries()) {
      progress.step(at);
      try {
        const { logs, error } = await readWholeLogs(input, options);
        for (const log of logs) {
          count++;
          code = Math.max(code, await replayOne(judgeLog(log), { peer, options, output, files, isDirectory }));
        }
        if (error) throw error;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        progress.clear();
        complain(error.message);
        code = 2;
      }
    }
    files?.end();
  } finally {
    progress.clear();
    if ('listener' in peer) peer.listener.close();
  }
  if (count === 0 && code === 0) throw new UserError(`${options.log}: no log in it`);
  return code;
}

async function openListener(text: string): Promise<Listener> {
  try {
    const listener = await listen(listenAddressOf(text));
    complain(`listening on ${addressInWords(listener.address)}`);
    return listener;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${text}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

async function peerOf({ connect, listen: address }: ReplayCommandOptions): Promise<Peer> {
  if ((connect === undefined) === (address === undefined)) {
    throw new UserError(
      'name the peer: --connect ws://HOST:PORT where it listens, or --listen PORT where it will come',
    );
  }
  return address === undefined ? { target: targetOf(connect as string) } : { listener: await openListener(address) };
}

interface ReplayJob {
  readonly peer: Peer;
  readonly options: ReplayCommandOptions;
  readonly output: Output;
  readonly files: ReplayFiles | null;
  readonly isDirectory: boolean;
}

async function replayOne(log: JudgedLog, { peer, options, output, files, isDirectory }: ReplayJob): Promise<number> {
  const replayed = await replay(log, peer, optionsOf(options));
  files?.write(log, replayed);
  const outcome = outcomeOf(log, replayed);
  const lines: string[] = [];
  if (options.format === 'ndjson') lines.push(outcomeRecord(outcome));
  else {
    if (!isDirectory) lines.push(await annotated(replayed.judged, options));
    lines.push(outcomeLine(outcome, isDirectory));
  }
  if (!options.quiet) await output.write(lines.join(''));
  const isAsExpected = options.expect === 'recorded' ? outcome.isAsRecorded : outcome.errors === 0;
  return isAsExpected ? 0 : 1;
}

function optionsOf(options: ReplayCommandOptions): ReplayOptions {
  const { side, timing, timeout, wait, maxOctets, freshMasks, strict, insecure } = options;
  if (!(timeout > 0 && wait > 0)) throw new UserError('--timeout and --wait need a number of seconds above 0');
  return {
    side,
    hasFreshMasks: freshMasks,
    isInsecure: insecure,
    isStrict: strict,
    clientSeconds: wait,
    limits: { seconds: timeout, octets: sizeOf(maxOctets) ?? 0, isTimed: timing === 'log' },
  };
}

async function annotated({ summary, annotated: rows, verdict, hints }: JudgedLog, { color }: ReplayCommandOptions) {
  const renderer = await openRenderer({ format: 'text', color, violations: false, hex: false });
  const own = rows.filter(({ row }) => row.kind !== 'frame');
  const end = renderer.end(summary, { verdict, rules: [], hints, findings: [] });
  return [renderer.begin(summary.header, null), ...own.map(renderer.row), end].join('');
}
