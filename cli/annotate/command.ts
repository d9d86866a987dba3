import type { ArgumentsCamelCase, Argv } from 'yargs';
import { ANNOTATE_FORMS } from '../../src/render/form-names.ts';
import { commonOptions, formOptions } from '../options.ts';
import type { AnnotateOptions } from '../output/annotate-forms.ts';

export const command = 'annotate [log..]';
export const describe = 'Decode logs and annotate every violation';

export function builder(yargs: Argv): Argv {
  return formOptions(commonOptions(yargs), ANNOTATE_FORMS)
    .positional('log', { type: 'string', array: true, describe: 'Files, directories, or - for standard input' })
    .option('hex', { type: 'boolean', default: false, describe: 'Add a hex dump of each row' })
    .option('violations', { type: 'boolean', default: false, describe: 'Only rows with annotations' })
    .option('where', { type: 'string', requiresArg: true, describe: 'Only rows that match: "rx and len>125"' })
    .option('max-message', {
      type: 'string',
      requiresArg: true,
      describe: 'Keep at most so many octets of a message (64M)',
    })
    .example('$0 annotate reports/ --violations', 'only the rows with something wrong')
    .example("$0 annotate a.json --where 'close and not tx'", 'only the Closes that came in')
    .example("$0 annotate a.json -f ndjson | jq -r '.annotations[]?.rule'", 'records for other programs')
    .example('$0 annotate *.log -f sarif:a.sarif -f github', 'two forms in one run');
}

export async function handler(options: ArgumentsCamelCase<AnnotateOptions>): Promise<void> {
  const { annotateLogs } = await import('./annotate-logs.ts');
  process.exitCode = await annotateLogs(options);
}
