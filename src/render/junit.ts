// JUnit's XML, the part of it on which GitHub's actions, GitLab and Jenkins agree. The file of a case stands in the text
// of its failure and as an attachment in its output: an attribute for it is in no schema, and Jenkins' strict reader
// refuses a file that has one.

import { type Annotation, isCharged, sentenceWithSubject } from '../judge/annotation.ts';
import { escapeText } from '../model/octets.ts';
import type { LogHeader } from '../model/row.ts';
import type { Renderer } from './annotate/renderer.ts';

interface TestCase {
  /** Unique within its suite. */
  readonly name: string;
  readonly seconds: number | null;
  /** ISO time. */
  readonly started: string | null;
  readonly outcome: TestOutcome;
  /** The file that it stands in; null where there is none. */
  readonly file: string | null;
}

export type TestOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly message: string }
  | {
      readonly kind: 'failure' | 'error';
      readonly type: string;
      readonly message: string;
      readonly text: readonly string[];
    };

export interface Suites {
  add(suite: string, test: TestCase): void;
  text(): string;
}

interface TestSuite {
  readonly tests: string[];
  readonly names: Map<string, number>;
  failures: number;
  errors: number;
  skipped: number;
  seconds: number;
  started: string | null;
}

/** The counts of a suite stand before its cases, so that all is held until the end. */
export function openSuites(): Suites {
  const suites = new Map<string, TestSuite>();
  return {
    add: (name, test) => {
      let suite = suites.get(name);
      if (!suite) {
        suite = { tests: [], names: new Map(), failures: 0, errors: 0, skipped: 0, seconds: 0, started: null };
        suites.set(name, suite);
      }
      addTest(name, suite, test);
    },
    text: () => documentOf([...suites]),
  };
}

function addTest(name: string, suite: TestSuite, test: TestCase): void {
  const { kind } = test.outcome;
  if (kind === 'failure') suite.failures++;
  if (kind === 'error') suite.errors++;
  if (kind === 'skipped') suite.skipped++;
  suite.seconds += test.seconds ?? 0;
  suite.started ??= timeStamp(test.started);
  // Readers keep one test of a name.
  const count = (suite.names.get(test.name) ?? 0) + 1;
  suite.names.set(test.name, count);
  suite.tests.push(testElement(name, count === 1 ? test.name : `${test.name} (${count})`, test));
}

function documentOf(suites: readonly (readonly [string, TestSuite])[]): string {
  const sum = (count: (suite: TestSuite) => number) => suites.reduce((total, [, suite]) => total + count(suite), 0);
  const counts = `tests="${sum(({ tests }) => tests.length)}" failures="${sum(({ failures }) => failures)}" errors="${sum(({ errors }) => errors)}"`;
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  lines.push(`<testsuites name="wirelog" ${counts} time="${seconds(sum((suite) => suite.seconds))}">`);
  for (const [name, suite] of suites) lines.push(suiteElement(name, suite));
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

function suiteElement(name: string, { tests, failures, errors, skipped, seconds: sum, started }: TestSuite): string {
  const counts = `tests="${tests.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  const at = started === null ? '' : ` timestamp="${started}"`;
  return `  <testsuite name="${xml(name)}" ${counts} time="${seconds(sum)}"${at}>\n${tests.join('')}  </testsuite>`;
}

function testElement(suite: string, name: string, { seconds: time, outcome, file }: TestCase): string {
  const taken = time === null ? '' : ` time="${seconds(time)}"`;
  const open = `    <testcase classname="${xml(suite)}" name="${xml(name)}"${taken}`;
  if (outcome.kind === 'passed') return `${open}/>\n`;
  const attachment = file === null ? '' : `      <system-out>${xml(`[[ATTACHMENT|${file}]]`)}</system-out>\n`;
  return `${open}>\n      ${outcomeElement(outcome)}\n${attachment}    </testcase>\n`;
}

function outcomeElement(outcome: Exclude<TestOutcome, { kind: 'passed' }>): string {
  if (outcome.kind === 'skipped') return `<skipped>${xml(outcome.message)}</skipped>`;
  const { kind, type, message, text } = outcome;
  return `<${kind} type="${xml(type)}" message="${xml(message)}">${text.map(xml).join('\n')}</${kind}>`;
}

function seconds(count: number): string {
  return count.toFixed(3);
}

/** Without a zone, as the format has it; null where the report's time is none. */
function timeStamp(started: string | null): string | null {
  const time = started === null ? Number.NaN : Date.parse(started);
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 19);
}

const MARKUP: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of any origin in XML 1.0: no markup, and no character that XML does not allow: escaping leaves none of them. */
function xml(text: string): string {
  return escapeText(text).replace(/[&<>"']/g, (character) => MARKUP[character] ?? '');
}

/** A suite an agent, a test a log; a log fails where an error is charged. */
export function junitRenderer(): Renderer {
  const suites = openSuites();
  let header: LogHeader | null = null;
  let charged: Annotation[] = [];
  return {
    begin: (next) => {
      header = next;
      charged = [];
      return '';
    },
    row: ({ annotations }) => {
      charged.push(...annotations.filter(isCharged));
      return '';
    },
    late: (annotation) => {
      if (isCharged(annotation)) charged.push(annotation);
      return '';
    },
    end: (summary) => {
      const { source, agent, case: id, started } = header ?? summary.header;
      const file = source === '-' ? null : source;
      const test = { name: id === null ? source : `case ${id}`, seconds: null, started, file };
      suites.add(agent ?? 'wire logs', { ...test, outcome: outcomeOf(charged, file) });
      return '';
    },
    tail: suites.text,
  };
}

function outcomeOf(charged: readonly Annotation[], file: string | null): TestOutcome {
  const errors = charged.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return { kind: 'passed' };
  const lines = charged.map(
    (one) => `row ${one.row}: ${one.severity} ${one.rule}: ${sentenceWithSubject(one)} (${one.section})`,
  );
  const text = [...(file === null ? [] : [file]), ...lines];
  return {
    kind: 'failure',
    type: first.rule,
    message: `row ${first.row}: ${sentenceWithSubject(first)} (${first.section})`,
    text,
  };
}
