// `check --format html`: a folder of pages to publish. Each case has its page, which is what `attach` makes of it; the
// index has the matrix of agents and cases. A page is written as soon as the one behind it is known by name, so that
// nothing is held of a case but its line in the index. As in an attachment, what looks like a secret is hidden.

import { type Attachment, makeAttachment } from '../../../attach/attachment.ts';
import type { WholeLog } from '../../../judge/judged-log.ts';
import { logArticle, pageBegin, pageEnd } from '../../attach/html.ts';
import { html } from '../../html.ts';
import type { CheckFolder, CheckFolderOptions, FolderFile } from '../renderer.ts';
import type { CaseName } from '../total.ts';
import { openCauseSections } from './causes.ts';
import { indexPage } from './index-page.ts';
import { openMatrix } from './matrix.ts';
import { openPageNames } from './page-names.ts';
import { CASES_FOLDER, REPORT_MARK } from './report-mark.ts';
import { type ShownCase, shownCase } from './shown-case.ts';

/** Characters of a log on the page of its case. */
const MOST_OF_LOG = 1 << 20;

/** A page but for the link to the next one. */
interface UnlinkedPage {
  readonly name: string;
  readonly title: string;
  readonly body: string;
  readonly previous: PageLink | null;
  readonly own: PageLink;
}

interface PageLink {
  readonly page: string;
  readonly title: string;
}

export function checkHtml({ shows, version }: CheckFolderOptions): CheckFolder {
  const nameOf = openPageNames();
  const matrix = openMatrix();
  const causes = openCauseSections();
  const unread: { source: string; reason: string }[] = [];
  const absent: CaseName[] = [];
  let waiting: UnlinkedPage | null = null;
  const flush = (next: PageLink | null): FolderFile[] =>
    waiting ? [{ name: waiting.name, text: pageOf(waiting, next, version) }] : [];
  return {
    case: (checked, log) => {
      const attachment = log && attachmentOf(log, shows, version);
      const page = nameOf(attachment?.judged.header ?? checked);
      const shown = shownCase(checked, attachment, `${CASES_FOLDER}/${page}`);
      const column = matrix.add(shown, folderOf(checked.source));
      if (shown.kind === 'failed' || shown.kind === 'soft' || checked.fails) causes.add(shown, column);
      const own = { page, title: `${column}, ${shown.name}` };
      const files = flush(own);
      waiting = {
        name: shown.page,
        title: attachment?.title ?? own.title,
        body: attachment ? logArticle({ ...attachment, file: page }, '', MOST_OF_LOG) : articleOf(shown),
        previous: waiting?.own ?? null,
        own,
      };
      return files;
    },
    unread: (source, reason) => void unread.push({ source: source.replace(/^.*[\\/](?=.)/s, ''), reason }),
    absent: (name) => void absent.push(name),
    tail: (total) => [
      ...flush(null),
      { name: REPORT_MARK.file, text: indexPage(total, { matrix, causes, unread, absent, version }) },
    ],
  };
}

function attachmentOf(log: WholeLog, shows: CheckFolderOptions['shows'], version: string): Attachment {
  const redact = { hosts: false, payloads: false };
  return makeAttachment(log, { redact, minimise: false, rows: null, shows, version, file: null });
}

function folderOf(source: string): string {
  return source.replace(/[\\/]?[^\\/]*$/, '');
}

function pageOf({ title, body, previous }: UnlinkedPage, next: PageLink | null, version: string): string {
  const step = (link: PageLink | null, rel: string, word: string) =>
    link === null ? '' : ` <a rel="${rel}" href="${html(link.page)}">${word}: ${html(link.title)}</a>`;
  const nav = `<nav aria-label="Report"><a href="../index.html">All cases</a>${step(previous, 'prev', 'Before')}${step(next, 'next', 'Next')}</nav>\n`;
  return `${pageBegin(title)}${nav}${body}${pageEnd(version)}`;
}

/** Of a log that was too long to be kept. */
function articleOf({ agent, name, status, reported, sentence, rules }: ShownCase): string {
  const title = agent === null ? name : `${agent}, case ${name}`;
  return [
    '<article>',
    `<h1>${html(title)}</h1>`,
    `<p class="verdict">${html(status)}: ${html(sentence)}</p>`,
    reported === null ? '' : `<p>The report says: ${html(reported)}</p>`,
    rules.length === 0 ? '' : `<p>Charged: ${html(rules.join(', '))}</p>`,
    '</article>\n',
  ].join('\n');
}
