import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import type { ValidateFunction } from 'ajv/dist/2020';
import formats from 'ajv-formats';

/** Where the published schemas lie. */
export const SCHEMAS = join(__dirname, '../../deploy/schemas');

/** The names of the published schemas, such as `meter-updated`. */
export function schemaNames(): readonly string[] {
  return namesIn(SCHEMAS, '.schema.json');
}

/** The names of the examples in a folder below `deploy/schemas`. */
export function exampleNames(folder: string): readonly string[] {
  return namesIn(join(SCHEMAS, folder), '.json');
}

function namesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}

/** The text of an example. */
export function exampleText(path: string): string {
  return readFileSync(join(SCHEMAS, `${path}.json`), 'utf8');
}

/** A schema as parsed. */
export function schemaNamed(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(SCHEMAS, `${name}.schema.json`), 'utf8')) as Readonly<Record<string, unknown>>;
}

/** Checks values against one of the published schemas, as any validator of JSON Schema 2020-12 would. */
export function validatorOf(name: string): ValidateFunction {
  const ajv = new Ajv2020({ strictTypes: false, allowMatchingProperties: true });
  formats(ajv);
  for (const schema of schemaNames()) ajv.addSchema(schemaNamed(schema));
  const validate = ajv.getSchema(`${name}.schema.json`);
  if (validate === undefined) throw new Error(`there is no schema ${name}`);
  return validate;
}
