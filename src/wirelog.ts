// The package's public face: what another program needs to read and judge wire logs. Nothing else re-exports.
//
// `readLogs` gives the header and the rows of each log of an input, `judge` takes them and gives annotated rows, and one of
// `RENDERERS` writes these. Lengths are in octets and times in seconds, unless a name says otherwise. Rows count from 0.
// Ranges are `[from, to]`, the end exclusive. What an input may lack is null.

export { FORMATS, type Format, formatOf } from './ingest/formats.ts';
export { type ReadLogs, type ReadLogsOptions, readLogs } from './ingest/read-logs.ts';
export type { LogReader, LogSink } from './ingest/reader.ts';
export type { Summary } from './judge/annotate.ts';
export type { AnnotatedRow, Annotation, Counts, DecodedFrame } from './judge/annotation.ts';
export { type Judge, type JudgeOptions, judge } from './judge/judge.ts';
export { InputError, UserError } from './model/errors.ts';
export type { CaseReport, LogHeader, Role, Row } from './model/row.ts';
export { RENDERERS } from './render/annotate/forms.ts';
export type { Renderer, RenderOptions } from './render/annotate/renderer.ts';
export { RULES, ruleOf } from './rules/all.ts';
