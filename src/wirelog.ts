// The package's public face: what another program needs to read and judge wire logs. Nothing else re-exports.

export { type AnnotateOptions, type Annotator, annotate, type Ending, type Summary } from './annotate.ts';
export type { AnnotatedRow, Annotation, Counts, DecodedFrame } from './annotation.ts';
export { InputError, UserError } from './errors.ts';
export { FORMATS, type Format, formatOf } from './ingest/formats.ts';
export type { LogReader, LogSink } from './ingest/reader.ts';
export type { CaseReport, LogHeader, Role, Row } from './row.ts';
export { RULES, ruleOf } from './rules/all.ts';
