import type { ArgumentsCamelCase, Argv } from 'yargs';
import { ANNOTATE_FORMS } from '../../src/render/form-names.ts';
import { COLOR_CHOICES, FAIL_LEVELS, formatOption } from '../options.ts';
import type { DecodeOptions } from './decode-octets.ts';

export const command = 'decode <hex..>';
export const describe = 'Decode octets given on the command line';

export function builder(yargs: Argv): Argv {
  return yargs
    .positional('hex', { type: 'string', array: true, describe: 'Hex digits in any spelling' })
    .parserConfiguration({ 'parse-positional-numbers': false, 'parse-numbers': false })
    .option('from', {
      choices: ['client', 'server'] as const,
      requiresArg: true,
      describe: 'Who sent the octets; by default the mask bit tells',
    })
    .option('extensions', {
      type: 'string',
      default: 'unknown',
      describe: 'The agreed extensions: none, or the header value',
    })
    .option('format', formatOption(ANNOTATE_FORMS))
    .option('color', {
      choices: COLOR_CHOICES,
      default: 'auto' as const,
      requiresArg: true,
      describe: 'Colour the output',
    })
    .option('fail-on', {
      choices: FAIL_LEVELS,
      default: 'error' as const,
      requiresArg: true,
      describe: 'Exit 1 from this severity on',
    })
    .example('$0 decode 8105 48656c6c6f', 'a text frame')
    .example('$0 decode --from client 8900', 'a Ping of a client that is not masked');
}

export async function handler(options: ArgumentsCamelCase<DecodeOptions>): Promise<void> {
  const { decodeOctets } = await import('./decode-octets.ts');
  process.exitCode = await decodeOctets(options);
}
