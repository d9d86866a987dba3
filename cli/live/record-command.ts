import type { ArgumentsCamelCase, Argv } from 'yargs';
import { COLOR_CHOICES } from '../options.ts';
import type { RecordCommandOptions } from './record-logs.ts';

export const command = 'record';
export const describe = 'A proxy that writes a wire log of each live connection';

export function builder(yargs: Argv): Argv {
  return yargs
    .option('listen', {
      type: 'string',
      default: '0',
      requiresArg: true,
      describe: 'Where clients connect: [HOST:]PORT, 0 for a free port',
    })
    .option('target', {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'The server that gets each connection: ws://HOST:PORT or wss://HOST',
    })
    .option('output', { alias: 'o', type: 'string', default: '.', requiresArg: true, describe: 'Folder for the logs' })
    .option('annotate', { type: 'boolean', default: false, describe: 'Print violations as they come' })
    .option('max-size', {
      type: 'string',
      requiresArg: true,
      describe: 'Continue in a new file after this size (100M)',
    })
    .option('connections', { type: 'number', requiresArg: true, describe: 'Stop after so many connections' })
    .option('idle', {
      type: 'number',
      default: 0,
      requiresArg: true,
      describe: 'End a connection that is silent for so many seconds; 0 for never',
    })
    .option('cert', { type: 'string', requiresArg: true, describe: 'Certificate (PEM), to speak TLS to clients' })
    .option('key', { type: 'string', requiresArg: true, describe: 'Its private key (PEM)' })
    .option('insecure', { type: 'boolean', default: false, describe: "Take the target's certificate as it is" })
    .option('color', { choices: COLOR_CHOICES, default: 'auto' as const, describe: 'Colour the output' })
    .example('$0 record --listen 9001 --target ws://localhost:8080 -o logs', 'one log for each connection, in logs/')
    .example('$0 record --target wss://example.org --annotate', 'on a free port, violations as they come');
}

export async function handler(options: ArgumentsCamelCase<RecordCommandOptions>): Promise<void> {
  const { recordLogs } = await import('./record-logs.ts');
  process.exitCode = await recordLogs(options);
}
