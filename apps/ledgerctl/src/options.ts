import { readFileSync } from 'node:fs';

import { Option } from '@commander-js/extra-typings';
import { isJsonArray, isJsonObject, readJson, writeJson } from '@ledger/units';
import type { JsonValue } from '@ledger/units';

import { URL_DEFAULT } from './client';
import { badInput } from './exit';

/** `--url`: where the service is. */
export function urlOption(): Option<'--url <url>', undefined, string> {
  return new Option('--url <url>', 'where the service is').env('LEDGER_URL').default(URL_DEFAULT);
}

/** `--json`: one JSON document on standard output. */
export function jsonOption(): Option<'--json'> {
  return new Option('--json', 'print JSON on standard output');
}

/** The content of a file, or of standard input for `-`. @throws CommandFailed naming the file and the reason */
export function readInput(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw badInput(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** An object of a file with its id, as JSON text, numbers to the digit. */
export interface ObjectText {
  readonly id: string;
  readonly text: string;
}

/** The JSON value in a file, numbers to the digit; `-` is standard input. @throws CommandFailed naming file, place and reason */
export function readJsonInput(path: string): JsonValue {
  const text = readInput(path);
  const reading = readJson(text, { bytes: text.length * 4, tokens: text.length });
  if (reading.ok) return reading.value;
  throw badInput(`${path}${reading.pointer}: ${reading.reason}, at character ${reading.offset}`);
}

/** One object, or a list of them, out of a JSON file. @throws CommandFailed naming file, place and reason */
export function readObjects(path: string): readonly ObjectText[] {
  const value = readJsonInput(path);
  if (!isJsonArray(value)) return [objectOf(path, '', value)];
  return value.map((item, at) => objectOf(path, `/${at}`, item));
}

function objectOf(path: string, pointer: string, value: JsonValue): ObjectText {
  const id = isJsonObject(value) ? value['id'] : undefined;
  if (typeof id === 'string' && id !== '') return { id, text: writeJson(value) };
  throw badInput(`${path}${pointer}/id: an object with an id is expected`);
}
