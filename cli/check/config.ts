// Settings of `check` in `wirelog.config.json`, or in the member "wirelog" of a `package.json`: those of the folder that
// it runs in, or of the next one above. What is said on the command line goes first. Paths are those of the file's folder.

import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { FORMATS } from '../../src/ingest/formats.ts';
import { InputError } from '../../src/model/errors.ts';
import { CHECK_FORMS, formNamed } from '../../src/render/form-names.ts';
import { RULES } from '../../src/rules/all.ts';
import { reasonOf } from '../input/io.ts';
import { suggestion } from '../nearest.ts';
import { nearRule } from '../options.ts';
import { type JsonNode, jsonWithLines } from './config-json.ts';
import { SETTINGS, type Setting } from './config-settings.ts';
import type { CheckOptions } from './logs.ts';

/** Where an editor finds what the settings are; it is no setting. */
const SCHEMA = '$schema';

/** The options with the settings that nothing on the command line goes before. Throws an `InputError` with the line. */
export function withConfig(options: CheckOptions): CheckOptions {
  const found = options.config === false ? null : findConfig(options.config);
  if (!found) return options;
  const { file, node } = found;
  const settings: Record<string, unknown> = {};
  if (!node.members) throw new InputError(file, null, `line ${node.line}: the settings have to be an object`);
  for (const { name, line, node: value } of node.members) {
    if (name === SCHEMA) continue;
    const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
    if (!setting) {
      const names = Object.keys(SETTINGS);
      throw new InputError(file, null, `line ${line}: no setting "${name}"${suggestion(name, names)}`);
    }
    const own = settingFrom(setting, name, value, file);
    if (!isGiven(options, setting.flag)) settings[setting.option] = own;
  }
  return { ...options, ...settings };
}

function isGiven({ given, log }: CheckOptions, flag: string): boolean {
  return flag === 'log' ? (log ?? []).length > 0 : given.has(flag);
}

function settingFrom({ kind, choices, isPath, flag }: Setting, name: string, node: JsonNode, file: string): unknown {
  const wrong = (at: JsonNode, what: string) => new InputError(file, null, `line ${at.line}: ${name} is ${what}`);
  if (kind === 'yes-no') {
    if (typeof node.value !== 'boolean') throw wrong(node, 'neither true nor false');
    return node.value;
  }
  const isList = kind === 'list' || kind === 'joined';
  const nodes = isList && node.items ? node.items : [node];
  const texts = nodes.map((one) => {
    if (typeof one.value !== 'string' || one.value === '')
      throw wrong(one, isList ? 'neither a text nor a list of texts' : 'not a text');
    if (choices && !choices.includes(one.value)) {
      throw new InputError(
        file,
        null,
        `line ${one.line}: ${name} cannot be "${one.value}"${suggestion(one.value, choices)}`,
      );
    }
    const unknown = UNKNOWN[flag]?.(one.value) ?? null;
    if (unknown !== null) throw new InputError(file, null, `line ${one.line}: ${name}: ${unknown}`);
    if (!isPath) return one.value;
    return flag === 'format' ? formFrom(file, one.value) : pathFrom(file, one.value);
  });
  if (kind === 'list') return texts;
  return kind === 'joined' ? texts.join(',') : texts[0];
}

/** What is wrong with a name; null where there is such a thing. */
const UNKNOWN: Readonly<Record<string, (text: string) => string | null>> = {
  format: (text) => {
    const word = text.split(':')[0] ?? '';
    return formNamed(CHECK_FORMS, word) ? null : noFormat(word, CHECK_FORMS);
  },
  from: (text) => (FORMATS.some(({ id }) => id === text) ? null : noFormat(text, FORMATS)),
  only: unknownRule,
  skip: unknownRule,
};

function noFormat(word: string, formats: readonly { readonly id: string }[]): string {
  const ids = formats.map(({ id }) => id);
  return `no format "${word}"${suggestion(word, ids)}`;
}

function unknownRule(list: string): string | null {
  const ids = RULES.map(({ id }) => id);
  const words = list.split(',').map((word) => word.trim().replace(/\/\*?$/, ''));
  const unknown = words.find((word) => !ids.some((id) => id === word || id.startsWith(`${word}/`)));
  return unknown === undefined ? null : `no rule or area "${unknown}"${nearRule(unknown, ids)}`;
}

function formFrom(file: string, text: string): string {
  const [id = '', ...rest] = text.split(':');
  return rest.length === 0 ? id : `${id}:${pathFrom(file, rest.join(':'))}`;
}

/** As it is called from here. */
function pathFrom(file: string, path: string): string {
  return path === '-' ? path : relative('', resolve(dirname(file), path)) || '.';
}

interface FoundConfig {
  readonly file: string;
  readonly node: JsonNode;
}

/** The file that is named, or the first one in this folder or above; null where there is none. */
function findConfig(named: string | undefined): FoundConfig | null {
  if (named !== undefined) return configIn(named, true);
  for (let folder = resolve(''); ; folder = dirname(folder)) {
    const found = configIn(join(folder, 'wirelog.config.json')) ?? configIn(join(folder, 'package.json'));
    if (found || dirname(folder) === folder) return found;
  }
}

/** Null where there is no such file, or it is a `package.json` without settings, unless it is the one that is `wanted`. */
function configIn(path: string, wanted = false): FoundConfig | null {
  const file = relative('', path) || path;
  const text = textOf(file);
  if (text === null && wanted) throw new InputError(path, null, 'no such file or directory');
  const isPackage = basename(path) === 'package.json';
  // A package may depend on wirelog, or be named so: its settings are an object.
  if (text === null || (isPackage && !wanted && !/"wirelog"\s*:\s*\{/.test(text))) return null;
  const whole = jsonWithLines(file, text);
  if (!isPackage) return { file, node: whole };
  const node = whole.members?.find(({ name }) => name === 'wirelog')?.node;
  if (!node && wanted) throw new InputError(path, null, 'it has no member "wirelog"');
  return node ? { file, node } : null;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new InputError(file, null, reasonOf(error as NodeJS.ErrnoException));
  }
}
