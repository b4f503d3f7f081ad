import { Ajv2020 } from 'ajv/dist/2020';

import { SETTING_NAMES, readSettings } from '@ledger/platform';

import { LEDGER_CACHE_MB } from '../support/heap';
import { at, documentsOf, filesIn, isThere, listAt, mapAt, textOf, wordAt } from './deploy-files';
import type { Tree } from './deploy-files';

const APPS = ['ingestion', 'ledger', 'billing'] as const;
const documents = filesIn('deploy/kubernetes', '.yaml').flatMap((file) => documentsOf(textOf(file)));
const schema = JSON.parse(textOf('test/data/kubernetes/v1.35.schema.json')) as Readonly<Record<string, Tree>>;
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).addSchema(schema, 'kubernetes');

const nameOf = (document: Tree): string => `${wordAt(document, 'kind')} ${wordAt(document, 'metadata.name')}`;
const named = (name: string): Tree => documents.find((document) => nameOf(document) === name);

function complaintsAbout(document: Tree): readonly string[] {
  const kind = `${wordAt(document, 'apiVersion')} ${wordAt(document, 'kind')}`;
  const definition = mapAt(schema, 'kinds')[kind];
  if (typeof definition !== 'string') return [`${kind} is no kind that the schema describes`];
  const validate = ajv.getSchema(`kubernetes#/$defs/${definition}`);
  if (validate === undefined) throw new Error(`${definition} is missing in the schema`);
  void validate(document);
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath}: ${message}`);
}

/** All containers of a document, those that run before others included. */
function containersOf(document: Tree): readonly Tree[] {
  return ['initContainers', 'containers'].flatMap((list) => listAt(document, `spec.template.spec.${list}`));
}

/** The key-encryption key, and what an operator fills in for it: 32 bytes in base64. */
const KEY = 'LEDGER_KEY_ENCRYPTION_KEY';
const ANY_KEY = Buffer.alloc(32).toString('base64');

const workloads = documents.filter((document) => containersOf(document).length > 0);
const deployments = APPS.map((app) => named(`Deployment ${app}`));

/** The settings that a container gets from the config map and the secret. */
function settingsOf(container: Tree): Readonly<Record<string, string>> {
  const from = listAt(container, 'envFrom').flatMap((source) => {
    const map = at(source, 'configMapRef.name');
    const secret = at(source, 'secretRef.name');
    if (typeof map === 'string') return Object.entries(mapAt(named(`ConfigMap ${map}`), 'data'));
    return typeof secret === 'string' ? Object.entries(mapAt(named(`Secret ${secret}`), 'stringData')) : [];
  });
  return Object.fromEntries(
    from.map(([name, value]) => [name, name === KEY ? ANY_KEY : typeof value === 'string' ? value : 'no text']),
  );
}

describe('the Kubernetes manifests', () => {
  it('keep the schemas of their kinds', () => {
    expect(documents.length).toBeGreaterThan(15);
    for (const document of documents)
      expect([nameOf(document), complaintsAbout(document)]).toEqual([nameOf(document), []]);
    const misspelled = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { selecter: {} } };
    expect(complaintsAbout(misspelled)).toEqual(['/spec: must NOT have additional properties']);
  });

  it('lie in one namespace and have names of their own', () => {
    const spaces = documents.filter((document) => at(document, 'kind') !== 'Namespace');
    expect(new Set(spaces.map((document) => at(document, 'metadata.namespace')))).toEqual(new Set(['charging-ledger']));
    expect(new Set(documents.map(nameOf)).size).toBe(documents.length);
  });

  it('name settings that exist, with values that an app accepts', () => {
    for (const [index, deployment] of deployments.entries()) {
      const app = containersOf(deployment).find((container) => at(container, 'name') === APPS[index]);
      const settings = settingsOf(app);
      expect(Object.keys(settings).filter((name) => !SETTING_NAMES.some((known) => known === name))).toEqual([]);
      expect(readSettings(settings)).toMatchObject({ LEDGER_FEED: 'kafka', LEDGER_STORE: 'eventstoredb' });
    }
  });

  it('use the images of the compose file', () => {
    const services = mapAt(documentsOf(textOf('deploy/compose.yaml'))[0], 'services');
    const known = new Set(Object.keys(services).map((name) => at(services, `${name}.image`)));
    const used = workloads.flatMap(containersOf).map((container) => at(container, 'image'));
    expect(used.filter((image) => !known.has(image))).toEqual([]);
    expect(new Set(used).size).toBe(2);
  });

  it('start apps that are there', () => {
    for (const app of APPS) {
      const [container] = containersOf(named(`Deployment ${app}`));
      expect(listAt(container, 'command').at(-1)).toBe(`dist/apps/${app}/src/main.js`);
      expect(isThere(`apps/${app}/src/main.ts`)).toBe(true);
    }
  });

  it('start an app as its start script does, a ledger with the heap for its cache', () => {
    const scripts = mapAt(JSON.parse(textOf('package.json')), 'scripts');
    for (const app of APPS) {
      const [, ...words] = listAt(containersOf(named(`Deployment ${app}`))[0], 'command');
      expect(`exec node ${words.join(' ')}`).toBe(wordAt(scripts, `start:${app}`));
    }
    expect(settingsOf(containersOf(named('Deployment ledger'))[0])).toMatchObject({ LEDGER_CACHE_MB });
  });

  it('let no container be root, write its root, gain rights or go without limits', () => {
    for (const workload of workloads) {
      const pod = at(workload, 'spec.template.spec');
      expect(at(pod, 'securityContext.runAsNonRoot')).toBe(true);
      expect(at(pod, 'securityContext.seccompProfile.type')).toBe('RuntimeDefault');
      expect(at(pod, 'securityContext.fsGroupChangePolicy')).toBe('OnRootMismatch');
      for (const container of containersOf(workload)) {
        expect(at(container, 'securityContext.readOnlyRootFilesystem')).toBe(true);
        expect(at(container, 'securityContext.allowPrivilegeEscalation')).toBe(false);
        expect(listAt(container, 'securityContext.capabilities.drop')).toEqual(['ALL']);
        expect(Object.keys(mapAt(container, 'resources.limits')).sort()).toEqual(['cpu', 'memory']);
        expect(Object.keys(mapAt(container, 'resources.requests')).sort()).toEqual(['cpu', 'memory']);
      }
    }
  });

  it('ask each app three times over: did it start, does it live, can it serve', () => {
    for (const app of APPS) {
      const [container] = containersOf(named(`Deployment ${app}`));
      const asked = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) =>
        listAt(container, `${probe}.exec.command`).join(' '),
      );
      expect(asked).toEqual(['live', 'live', 'ready'].map((question) => `node deploy/health.mjs ${question}`));
    }
  });

  it('mount what the pod declares, and declare what is there', () => {
    for (const workload of workloads) {
      const volumes = listAt(workload, 'spec.template.spec.volumes');
      const names = volumes.map((volume) => at(volume, 'name'));
      const mounts = containersOf(workload).flatMap((container) => listAt(container, 'volumeMounts'));
      expect(new Set(mounts.map((mount) => at(mount, 'name')))).toEqual(new Set(names));
      for (const volume of volumes) {
        const kinds = { secret: 'Secret', configMap: 'ConfigMap', persistentVolumeClaim: 'PersistentVolumeClaim' };
        for (const [field, kind] of Object.entries(kinds)) {
          const { secretName, name, claimName } = mapAt(volume, field);
          const wanted = secretName ?? name ?? claimName;
          if (typeof wanted === 'string') expect(named(`${kind} ${wanted}`)).toBeDefined();
        }
      }
    }
  });

  it('lead every service, budget and autoscaler to its pods', () => {
    for (const app of APPS) {
      const labels = mapAt(named(`Deployment ${app}`), 'spec.template.metadata.labels');
      expect(labels).toMatchObject(mapAt(named(`Deployment ${app}`), 'spec.selector.matchLabels'));
      expect(labels).toMatchObject(mapAt(named(`Service ${app}`), 'spec.selector'));
      expect(labels).toMatchObject(mapAt(named(`PodDisruptionBudget ${app}`), 'spec.selector.matchLabels'));
      const [port] = listAt(named(`Service ${app}`), 'spec.ports');
      const ports = containersOf(named(`Deployment ${app}`)).flatMap((container) => listAt(container, 'ports'));
      expect(ports.map((one) => at(one, 'name'))).toEqual([at(port, 'targetPort')]);
    }
    const scalers = documents.filter((document) => at(document, 'kind') === 'HorizontalPodAutoscaler');
    for (const scaler of scalers) {
      const target = named(`Deployment ${wordAt(scaler, 'spec.scaleTargetRef.name')}`);
      expect(target).toBeDefined();
      expect(at(target, 'spec.replicas')).toBeUndefined();
    }
    expect(scalers.length).toBe(2);
  });

  it('scale on a metric that the apps have, of groups and topics that they consume', () => {
    const scalers = documents.filter((document) => at(document, 'kind') === 'HorizontalPodAutoscaler');
    const external = scalers
      .flatMap((scaler) => listAt(scaler, 'spec.metrics'))
      .flatMap((one) => {
        const metric = at(one, 'external.metric');
        return metric === undefined ? [] : [metric];
      });
    const sources = [...filesIn('libs', '.ts'), ...filesIn('apps', '.ts')].map(textOf).join('\n');
    expect(external.length).toBe(2);
    for (const metric of external) {
      expect(sources).toContain(`name: '${wordAt(metric, 'name')}'`);
      const { group, topic, ...others } = mapAt(metric, 'selector.matchLabels');
      expect(others).toEqual({});
      expect(sources).toMatch(new RegExp(`_GROUP = '${String(group)}'`));
      expect(sources).toContain(`topic: '${String(topic)}'`);
    }
  });

  it('open one port, that of the door, which asks for a certificate and passes on to the app', () => {
    const conf = wordAt({ conf: mapAt(named('ConfigMap ledger-door'), 'data')['nginx.conf'] }, 'conf');
    expect(conf).toContain('ssl_verify_client on;');
    const settings = settingsOf(containersOf(named('Deployment ledger'))[0]);
    expect(conf).toContain(`proxy_pass http://${settings['LEDGER_HTTP'] ?? 'nowhere'};`);
    const port = /listen (\d+) ssl;/.exec(conf)?.[1];
    const doors = APPS.map((app) => containersOf(named(`Deployment ${app}`)).flatMap((one) => listAt(one, 'ports')));
    expect(doors.flat().map((one) => wordAt(one, 'containerPort'))).toEqual([port, port, port]);
    const [rule] = listAt(named('NetworkPolicy ledger'), 'spec.ingress');
    expect(listAt(rule, 'ports').map((one) => wordAt(one, 'port'))).toEqual([port]);
  });

  it('bind no pod to a node: the keys are in PostgreSQL, for all apps, and nothing is kept on a volume', () => {
    for (const app of APPS) {
      const deployment = named(`Deployment ${app}`);
      const settings = readSettings(settingsOf(containersOf(deployment)[0]));
      expect(settings.LEDGER_KEYS).toBe('postgres');
      expect(at(deployment, 'spec.template.spec.affinity')).toBeUndefined();
      const volumes = listAt(deployment, 'spec.template.spec.volumes');
      expect(volumes.filter((volume) => at(volume, 'persistentVolumeClaim') !== undefined)).toEqual([]);
    }
    expect(at(named('HorizontalPodAutoscaler ingestion'), 'spec.minReplicas')).toBe(2);
  });

  it('give an app longer to stop than it may take', () => {
    for (const app of APPS) {
      const deployment = named(`Deployment ${app}`);
      const { LEDGER_STOP_SECONDS: stop } = readSettings(settingsOf(containersOf(deployment)[0]));
      expect(at(deployment, 'spec.template.spec.terminationGracePeriodSeconds')).toBeGreaterThan(stop + 5);
    }
  });

  it('never ask for more ledgers than a topic has partitions', () => {
    const [topics] = listAt(named('Job ledger-set-up'), 'spec.template.spec.initContainers');
    const words = listAt(topics, 'command');
    const partitions = Number(words[words.indexOf('--partitions') + 1]);
    for (const name of ['ingestion', 'ledger']) {
      expect(at(named(`HorizontalPodAutoscaler ${name}`), 'spec.maxReplicas')).toBeLessThanOrEqual(partitions);
    }
  });

  it('hold no secret', () => {
    const secrets = documents.filter((document) => at(document, 'kind') === 'Secret');
    const values = secrets.flatMap((secret) => Object.values(mapAt(secret, 'stringData')));
    expect(values.filter((value) => value !== 'ledger' && !wordAt({ value }, 'value').includes('REPLACE-ME'))).toEqual(
      [],
    );
  });
});
