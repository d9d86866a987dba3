import type { ArgumentsCamelCase, Argv } from 'yargs';
import { TEST_FORMS } from '../../src/render/form-names.ts';
import { COLOR_CHOICES, FAIL_LEVELS, formatOption } from '../options.ts';
import type { TestCommandOptions } from './test-cases.ts';

export const command = 'test [url]';
export const describe = "Play the rules' examples at a live peer, and judge what it does";

export function builder(yargs: Argv): Argv {
  return yargs
    .positional('url', { type: 'string', describe: 'A server to test: ws://HOST:PORT or wss://HOST' })
    .option('listen', { type: 'string', requiresArg: true, describe: 'Wait for a client to test: [HOST:]PORT' })
    .option('case', {
      type: 'string',
      requiresArg: true,
      describe: 'Only these cases, such as frame/*, separated by commas',
    })
    .option('rule', {
      type: 'string',
      requiresArg: true,
      describe: 'Only cases that break these rules, separated by commas',
    })
    .option('jobs', { type: 'number', default: 10, requiresArg: true, describe: 'Connections at once' })
    .option('timeout', {
      type: 'number',
      requiresArg: true,
      describe: 'Seconds to wait at first; by default as long as the peer seems to need, at least 0.3',
    })
    .option('timeout-again', {
      type: 'number',
      default: 10,
      requiresArg: true,
      describe: 'Seconds to wait when a case is played again because the peer was silent',
    })
    .option('wait', { type: 'number', default: 60, requiresArg: true, describe: 'Seconds to wait for a client' })
    .option('max-octets', {
      type: 'string',
      default: '64M',
      requiresArg: true,
      describe: 'The most that the peer may send in a case',
    })
    .option('all', { type: 'boolean', default: false, describe: 'Play large cases too' })
    .option('suite', { type: 'string', requiresArg: true, describe: 'More cases: a log, or a folder of logs' })
    .option('format', formatOption(TEST_FORMS))
    .option('report', { type: 'string', requiresArg: true, describe: 'Folder for the logs of all cases' })
    .option('list', { type: 'boolean', default: false, describe: 'Only list the cases' })
    .option('fail-on', {
      choices: FAIL_LEVELS,
      default: 'error' as const,
      describe: 'Exit 1 from this severity on',
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Print nothing, only set the exit code' })
    .option('insecure', { type: 'boolean', default: false, describe: "Take the server's certificate as it is" })
    .option('color', { choices: COLOR_CHOICES, default: 'auto' as const, describe: 'Colour the output' })
    .example('$0 test ws://localhost:9001', 'every case, at a server')
    .example('$0 test --listen 9001 --rule frame', 'the faults of frames, at a client that connects once a case');
}

export async function handler(options: ArgumentsCamelCase<TestCommandOptions>): Promise<void> {
  const { testCases } = await import('./test-cases.ts');
  process.exitCode = await testCases(options);
}
