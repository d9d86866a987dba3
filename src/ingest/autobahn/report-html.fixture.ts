// A small report page in the shape of Autobahn's, for tests.

interface ReportParts {
  readonly agent?: string;
  readonly word?: string;
  readonly outcome?: string;
  readonly expected?: string;
  readonly observed?: string;
  readonly request?: string;
  readonly response?: string;
  readonly closing?: Readonly<Record<string, string>>;
  readonly hasDescriptions?: boolean;
  /** Size or opcode, then count, by table; null: statistics disabled. */
  readonly stats?: readonly (readonly (readonly [number, number])[])[] | null;
  readonly notes?: string;
  /** Class and text of each line of the wire log. */
  readonly log?: readonly (readonly [string, string])[];
}

const TABLES = [
  'Octets Received by Chop Size',
  'Octets Transmitted by Chop Size',
  'Frames Received by Opcode',
  'Frames Transmitted by Opcode',
];
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  isServer: 'True, iff I (the fuzzer) am a server, and the peer is a client.',
  wasNotCleanReason: 'When wasClean == False, the reason what happened.',
  remoteCloseReason: 'The close reason the peer sent me in close frame (if any).',
};

export function reportHtml(parts: ReportParts): string {
  const { closing = {}, hasDescriptions = true, log = [], stats = [[], [], [], []] } = parts;
  const cell = (text: string) => `<td class="left">${text}</td>`;
  const rows = Object.entries(closing).map(
    ([key, value]) =>
      `         <tr class="stats_row"><td>${key}</td>${cell(value)}${hasDescriptions ? cell(DESCRIPTIONS[key] ?? 'The close code (if any).') : ''}</tr>`,
  );
  return [
    '<!DOCTYPE html>',
    '<html>',
    '   <head>',
    '<style lang="css">div#wirelog { margin: 0 }</style>',
    '   </head>',
    '   <body>',
    `      <p class="case case_ok">${parts.agent ?? 'Peer'} - <span style="font-size: 1.3em;"><b>Case 7.9.1</b></span> : ${parts.word ?? 'Pass'} - <span style="font-size: 0.9em;"><b>12</b> ms @ 2020-01-02T03:04:05.678Z</a></p>`,
    '      <p class="case_text_block case_desc"><b>Case Description</b><br/><br/>Send <b>close</b>\n   twice. </p>',
    '      <p class="case_text_block case_expect"><b>Case Expectation</b><br/><br/>Clean close.</p>',
    '',
    '      <p class="case_text_block case_outcome">',
    `         <b>Case Outcome</b><br/><br/>${parts.outcome ?? 'Actual events match.'}<br/><br/>`,
    `         <i>Expected:</i><br/><span class="case_pickle">${parts.expected ?? "{'OK': []}"}</span><br/><br/>`,
    `         <i>Observed:</i><br><span class="case_pickle">${parts.observed ?? '[]'}</span>`,
    '      </p>',
    '      <p class="case_text_block case_closing_beh"><b>Case Closing Behavior</b><br/><br/>Properly closed (a (b)) (OK)</p>',
    '      <br/><hr/>',
    ...(parts.request === undefined
      ? []
      : [
          '      <h2>Opening Handshake</h2>',
          `      <pre class="http_dump">${parts.request}</pre>`,
          `      <pre class="http_dump">${parts.response ?? '?'}</pre>`,
          '      <br/><hr/>',
        ]),
    '      <h2>Closing Behavior</h2>',
    '      <table>',
    ...rows,
    '      </table>      <br/><hr/>',
    '      <h2>Wire Statistics</h2>',
    ...(stats === null
      ? ['      <p><i>Statistics for octets/frames disabled!</i></p>']
      : TABLES.flatMap((title, i) => statisticsTable(title, stats[i] ?? []))),
    '      <br/><hr/>',
    '      <h2>Wire Log</h2>',
    ...(parts.notes ? [`      <p><i>${parts.notes}</i></p>`] : []),
    '      <div id="wirelog">',
    ...log.map(([kind, text]) => `         <pre class="wirelog_${kind}">${text}</pre>`),
    '      </div>',
    '      <br/><hr/>',
    '   </body>',
    '</html>',
    '',
  ].join('\n');
}

function statisticsTable(title: string, rows: readonly (readonly [number, number])[]): string[] {
  const isOctets = title.startsWith('Octets');
  const line = (kind: string, cells: readonly (number | string)[]) =>
    `         <tr class="stats_${kind}">${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const count = sum(rows.map(([, times]) => times));
  const octets = sum(rows.map(([size, times]) => size * times));
  return [
    `      <h3>${title}</h3>`,
    '      <table>',
    line('header', isOctets ? ['Chop Size', 'Count', 'Octets'] : ['Opcode', 'Count']),
    ...rows.map(([size, times]) => line('row', isOctets ? [size, times, size * times] : [size, times])),
    line('total', isOctets ? ['Total', count, octets] : ['Total', count]),
    '      </table>',
  ];
}
