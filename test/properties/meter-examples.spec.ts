import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as meter from '@ledger/meter';
import { exampleNames, exampleText, schemaNamed, schemaNames, SCHEMAS, validatorOf } from '../support/meter-schemas';
import { outcomeOf } from '../support/raw-events';

const DEPLOY = join(SCHEMAS, '..');

/** Which schema an example follows: its name begins with that of the schema. */
function schemaOf(example: string): string {
  const names = schemaNames().filter((name) => example === name || example.startsWith(`${name}-`));
  return names[0] ?? 'ocpp-frame';
}

describe('the examples for authors of gateways', () => {
  it.each(exampleNames('examples'))('%s is read and follows its schema', (name) => {
    const text = exampleText(`examples/${name}`);
    expect(outcomeOf(text)).toMatchObject({ status: 'read', gateway: 'gw-7' });
    const validate = validatorOf(schemaOf(name));
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  });

  it.each(exampleNames('examples/refused'))('the refused one named %s is refused with that code', (code) => {
    expect(outcomeOf(exampleText(`examples/refused/${code}`))).toMatchObject({ status: 'refused', code });
  });

  it('keep the digits of a number', () => {
    const outcome = outcomeOf(exampleText('examples/ocpp-2.0.1-transaction-event'));
    expect(outcome).toMatchObject({ drafts: [{ readings: [{ values: [{ value: '2935600', unit: 'Wh' }] }] }] });
  });

  it('are what the page for gateways shows, block by block', () => {
    const page = readFileSync(join(DEPLOY, 'gateways.md'), 'utf8');
    const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, block]) => block);
    const examples = exampleNames('examples').map((name) => exampleText(`examples/${name}`));
    expect(blocks.length).toBeGreaterThan(4);
    for (const block of blocks) expect(examples).toContain(block);
    for (const [, path = ''] of page.matchAll(/schemas\/examples\/([a-z0-9.-]+)\.json/g)) {
      expect(exampleNames('examples')).toContain(path);
    }
  });
});

describe('the AsyncAPI document', () => {
  const document = readFileSync(join(DEPLOY, 'asyncapi.yaml'), 'utf8');

  it('names every schema of an event and none that is missing', () => {
    const named = [...document.matchAll(/schemas\/([a-z-]+)\.schema\.json/g)].map(([, name = '']) => name).sort();
    const parts = ['cloud-event', 'meter-data'];
    expect(named).toEqual(schemaNames().filter((name) => !parts.includes(name)));
  });

  it('refers to nothing that it does not define', () => {
    for (const [, path = ''] of document.matchAll(/\$ref: '#\/([a-zA-Z/]+)'/g)) {
      const name = path.split('/').at(-1) ?? '';
      expect(document).toMatch(new RegExp(`^ +${name}:`, 'm'));
    }
  });
});

describe('the schemas', () => {
  const data = JSON.stringify(schemaNamed('meter-data'));

  it('have the limits of the reader', () => {
    expect(textLimit('meter-data', '/properties/transaction')).toBe(meter.TRANSACTION_LENGTH_MAX);
    expect(textLimit('meter-data', '/properties/trigger')).toBe(meter.WORD_LENGTH_MAX);
    expect(textLimit('meter-data', '/properties/stopReason')).toBe(meter.WORD_LENGTH_MAX);
    expect(textLimit('meter-data', '/$defs/token/properties/type')).toBe(meter.TOKEN_TYPE_LENGTH_MAX);
    expect(textLimit('meter-data', '/$defs/token/properties/id')).toBe(meter.TOKEN_ID_LENGTH_MAX);
    expect(textLimit('meter-data', '/$defs/token/properties/group')).toBe(meter.TOKEN_GROUP_LENGTH_MAX);
    expect(textLimit('meter-data', '/$defs/signed/properties/data')).toBe(meter.SIGNED_DATA_LENGTH_MAX);
    expect(textLimit('meter-data', '/$defs/signed/properties/publicKey')).toBe(meter.PUBLIC_KEY_LENGTH_MAX);
    expect(textLimit('cloud-event', '/properties/id')).toBe(meter.MESSAGE_ID_LENGTH_MAX);
    expect(textLimit('cloud-event', '/properties/source')).toBe(meter.SOURCE_LENGTH_MAX);
    expect(at('meter-data', '/properties/readings')).toMatchObject({ maxItems: meter.READINGS_MAX });
    expect(at('meter-data', '/properties/seqNo')).toMatchObject({ maximum: meter.SEQ_NO_MAX });
    expect(at('meter-data', '/$defs/reading/properties/values')).toMatchObject({ maxItems: meter.VALUES_MAX });
  });

  it('have the lists of the reader', () => {
    expect(at('meter-data', '/properties/chargingState/enum')).toEqual(meter.CHARGING_STATES);
    expect(at('meter-data', '/$defs/reading/properties/context/enum')).toEqual(meter.READING_CONTEXTS);
    expect(at('meter-data', '/$defs/value/properties/phase/enum')).toEqual(meter.PHASES);
    expect(at('meter-data', '/$defs/value/properties/location/enum')).toEqual(meter.LOCATIONS);
    expect(at('meter-data', '/$defs/value/properties/measurand/enum')).toEqual([...meter.MEASURANDS.keys()]);
    for (const units of Object.values(meter.UNITS)) expect(data).toContain(JSON.stringify({ enum: [...units.keys()] }));
  });
});

/** The value at a JSON pointer of a schema. */
function at(name: string, pointer: string): unknown {
  let value: unknown = schemaNamed(name);
  for (const key of pointer.split('/').slice(1)) value = (value as Readonly<Record<string, unknown>>)[key];
  return value;
}

function textLimit(name: string, pointer: string): unknown {
  return at(name, `${pointer}/maxLength`);
}
