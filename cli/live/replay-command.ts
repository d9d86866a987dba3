import type { ArgumentsCamelCase, Argv } from 'yargs';
import { COLOR_CHOICES, inputOptions } from '../options.ts';
import type { ReplayCommandOptions } from './replay-logs.ts';

export const command = 'replay <log>';
export const describe = 'Play one side of a log at a live peer, log and judge what it does';

export function builder(yargs: Argv): Argv {
  return inputOptions(yargs)
    .positional('log', {
      type: 'string',
      demandOption: true,
      describe: 'A log, or a directory: one connection for each log',
    })
    .option('connect', {
      type: 'string',
      requiresArg: true,
      describe: 'Connect to the peer: ws://HOST:PORT or wss://HOST',
    })
    .option('listen', { type: 'string', requiresArg: true, describe: 'Wait for the peer to connect: [HOST:]PORT' })
    .option('side', {
      choices: ['client', 'server'] as const,
      describe: 'The side to play; by default that of the log’s writer',
    })
    .option('timing', {
      choices: ['log', 'fast'] as const,
      default: 'log' as const,
      describe: 'Wait where the log waited (log), or never (fast)',
    })
    .option('timeout', { type: 'number', default: 2, requiresArg: true, describe: 'Seconds to wait for the peer' })
    .option('wait', { type: 'number', default: 60, requiresArg: true, describe: 'Seconds to wait for a client' })
    .option('max-octets', {
      type: 'string',
      default: '256M',
      requiresArg: true,
      describe: 'The most that the peer may send',
    })
    .option('fresh-masks', { type: 'boolean', default: false, describe: 'New masking keys, not those of the log' })
    .option('strict', {
      type: 'boolean',
      default: false,
      describe: 'Refuse a log whose octets would have to be rebuilt',
    })
    .option('insecure', { type: 'boolean', default: false, describe: "Take the peer's certificate as it is" })
    .option('expect', {
      choices: ['recorded', 'conformant'] as const,
      default: 'recorded' as const,
      describe: 'Exit 0 if the peer does as in the log, or if no error is charged to it',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe: 'The new log; for a directory, a folder of logs',
    })
    .option('format', { alias: 'f', choices: ['text', 'ndjson'] as const, default: 'text' as const, describe: 'Form' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Print nothing, only set the exit code' })
    .option('color', { choices: COLOR_CHOICES, default: 'auto' as const, describe: 'Colour the output' })
    .example('$0 replay report.json --connect ws://localhost:9001', 'the case once more, at your server')
    .example('$0 replay reports/ --listen 9001 -o again', 'all cases at a client that connects once for each');
}

export async function handler(options: ArgumentsCamelCase<ReplayCommandOptions>): Promise<void> {
  const { replayLogs } = await import('./replay-logs.ts');
  process.exitCode = await replayLogs(options);
}
