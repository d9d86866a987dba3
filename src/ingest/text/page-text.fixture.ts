// The text of a report page as a browser copies it, for tests: made from the page's source.

interface CopyLosses {
  /** What stands between the cells of a table: a TAB or nothing. */
  readonly cellEnd: string;
  /** Lines of the wire log keep their blanks. */
  readonly isIndented: boolean;
  /** CR and LF both became a line break. */
  readonly hasDoubleBreaks: boolean;
}

/** `html` and result have one character an octet. */
export function pageTextOfHtml(html: string, { cellEnd, isIndented, hasDoubleBreaks }: CopyLosses): string {
  // A browser puts U+FFFD for octets that are not UTF-8, and drops NUL.
  const shown = Buffer.from(Buffer.from(html.replace(/\0/g, ''), 'latin1').toString('utf8')).toString('latin1');
  const body = shown.slice(shown.indexOf('<body>'));
  const [head = '', log = ''] = body.split('<div id="wirelog">');
  const text = head
    .replace(
      /<pre class="http_dump">([\s\S]*?)<\/pre>/g,
      (_, dump: string) => `${hasDoubleBreaks ? dump.replace(/\r?\n/g, '\n\n') : dump}\n`,
    )
    .replace(/<img[^>]*alt="([^"]*)"[^>]*>/g, '\n$1\n')
    .replace(/<\/td><td[^>]*>/g, cellEnd)
    .replace(/<(?:br|br\/|\/p|\/h2|\/h3|hr\/)>/g, '\n')
    .replace(/<[a-z/][^>]*>/g, '');
  const rows = log
    .split('\n')
    .map((line) =>
      line
        .replace(isIndented ? /^ *<pre class="wirelog_[^>]*>/ : /^ *<pre class="wirelog_[^>]*> */, '')
        .replace(/<\/pre>$/, ''),
    );
  return `${text.replace(/\n +/g, '\n')}\n${rows.join('\n').replace(/<\/?(?:div|br\/|hr\/|body|html)>/g, '')}`;
}
