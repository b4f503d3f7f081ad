import { Ajv } from 'ajv';

import { SETTING_NAMES, readSettings } from '@ledger/platform';

import { HEAP, LEDGER_CACHE_MB, LEDGER_HEAP } from '../support/heap';
import { at, documentsOf, isThere, listAt, mapAt, textOf, wordAt } from './deploy-files';
import type { Tree } from './deploy-files';

const APPS = ['ingestion', 'ledger', 'billing'] as const;
const OWN_IMAGE = 'charging-session-ledger:';
const [compose] = documentsOf(textOf('deploy/compose.yaml'));
const services = mapAt(compose, 'services');
const scripts = mapAt(JSON.parse(textOf('package.json')), 'scripts');

/** A validator of the Compose Specification's schema; the extra keywords in it say nothing about validity. */
function complaintsAbout(document: Tree): readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const schema = JSON.parse(textOf('test/data/compose-spec/compose-spec.json')) as Readonly<Record<string, Tree>>;
  const validate = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath}: ${message}`);
}

/** The environment of a service with the variables of the operator filled in. */
function environmentOf(service: string): Readonly<Record<string, string>> {
  const entries = Object.keys(mapAt(services, `${service}.environment`)).map((name) => {
    const text = wordAt(mapAt(services, `${service}.environment`), name);
    return [name, text.replaceAll(/\$\{LEDGER_DB_PASSWORD:\?[^}]*\}/g, 'secret')] as const;
  });
  return Object.fromEntries(entries);
}

describe('the compose file', () => {
  it('keeps the schema of the Compose Specification', () => {
    expect(complaintsAbout(compose)).toEqual([]);
    expect(complaintsAbout({ services: { a: { image: 'a', resstart: 'always' } } })).not.toEqual([]);
  });

  it('names every image by its version', () => {
    const images = Object.keys(services).map((name) => wordAt(services, `${name}.image`));
    expect(images.filter((image) => !/^[a-z/-]+:\d+\.\d+[\w.-]*$/.test(image))).toEqual([]);
  });

  it('gives every app settings that the app accepts, and no other', () => {
    for (const app of APPS) {
      const environment = environmentOf(app);
      expect(Object.keys(environment).filter((name) => !SETTING_NAMES.some((known) => known === name))).toEqual([]);
      expect(readSettings(environment)).toMatchObject({
        LEDGER_FEED: 'kafka',
        LEDGER_STORE: 'eventstoredb',
        LEDGER_READMODEL: 'postgres',
      });
    }
  });

  it('starts each app as its start script does, a ledger with the heap for its cache', () => {
    for (const app of APPS) {
      const [, ...words] = listAt(services, `${app}.command`);
      expect(`exec node ${words.join(' ')}`).toBe(wordAt(scripts, `start:${app}`));
    }
    expect(wordAt(scripts, 'start:ledger')).toContain(LEDGER_HEAP.join(' '));
    expect(wordAt(scripts, 'start:billing')).toContain(HEAP.join(' '));
    expect(environmentOf('ledger')).toMatchObject({ LEDGER_CACHE_MB });
  });

  it('publishes the door alone, and on loopback of this machine alone', () => {
    const published = Object.keys(services).flatMap((name) =>
      listAt(services, `${name}.ports`).map((port) => [name, port]),
    );
    expect(published).toEqual([['door', '127.0.0.1:8080:8080']]);
    expect(Object.keys(mapAt(compose, 'networks.engines'))).toEqual(['internal']);
  });

  it('keeps the apps in the namespace of the door, each on a loopback port of its own', () => {
    expect(APPS.map((app) => at(services, `${app}.network_mode`))).toEqual(APPS.map(() => 'service:door'));
    const addresses = APPS.map((app) => environmentOf(app)['LEDGER_HTTP']);
    expect(new Set(addresses).size).toBe(APPS.length);
  });

  it('takes from every container of ours what it does not need', () => {
    const ours = Object.keys(services).filter((name) => wordAt(services, `${name}.image`).startsWith(OWN_IMAGE));
    expect(ours.sort()).toEqual([...APPS, 'ledgerctl', 'topics'].sort());
    for (const name of [...ours, 'door']) expect(at(services, `${name}.read_only`)).toBe(true);
    for (const name of Object.keys(services)) {
      expect(listAt(services, `${name}.cap_drop`)).toEqual(['ALL']);
      expect(listAt(services, `${name}.security_opt`)).toEqual(['no-new-privileges:true']);
      expect(at(services, `${name}.deploy.resources.limits.memory`)).toEqual(expect.stringMatching(/^\d+[mg]$/));
    }
  });

  it('starts apps that are there, after the engines answer and the topics are made', () => {
    for (const app of APPS) {
      expect(listAt(services, `${app}.command`).at(-1)).toBe(`dist/apps/${app}/src/main.js`);
      expect(isThere(`apps/${app}/src/main.ts`)).toBe(true);
      expect(mapAt(services, `${app}.depends_on`)).toMatchObject({
        kafka: { condition: 'service_healthy' },
        eventstore: { condition: 'service_healthy' },
        postgres: { condition: 'service_healthy' },
        topics: { condition: 'service_completed_successfully' },
      });
    }
    const awaited = Object.keys(services).filter((name) => !['topics', 'ledgerctl', 'door'].includes(name));
    expect(awaited.filter((name) => listAt(services, `${name}.healthcheck.test`).length === 0)).toEqual([]);
  });

  it('lets one app alone make the keys at the first start', () => {
    expect(at(services, 'ledger.depends_on.ingestion.condition')).toBe('service_healthy');
    expect(at(services, 'billing.depends_on.ledger.condition')).toBe('service_healthy');
  });

  it('waits for a stop longer than an app may take', () => {
    for (const app of APPS) {
      const grace = /^(\d+)s$/.exec(wordAt(services, `${app}.stop_grace_period`))?.[1];
      expect(Number(grace)).toBeGreaterThan(readSettings(environmentOf(app)).LEDGER_STOP_SECONDS);
    }
  });

  it('mounts files that are there and volumes that it declares', () => {
    const mounted = Object.keys(services).flatMap((name) => listAt(services, `${name}.volumes`));
    const sources = mounted.map((volume) => (typeof volume === 'string' ? volume.split(':')[0] : undefined) ?? '');
    const declared = Object.keys(mapAt(compose, 'volumes'));
    for (const source of sources) {
      expect(source.startsWith('./') ? isThere(`deploy/${source}`) : declared.includes(source)).toBe(true);
    }
    expect([...new Set(sources.filter((source) => !source.startsWith('./')))].sort()).toEqual([...declared].sort());
  });
});
