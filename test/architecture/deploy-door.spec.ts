import { documentsOf, mapAt, routesOf, textOf, wordAt } from './deploy-files';

const APPS = ['ingestion', 'ledger', 'billing'] as const;
const services = mapAt(documentsOf(textOf('deploy/compose.yaml'))[0], 'services');

interface Location {
  readonly how: string;
  readonly path: string;
  readonly port: string | undefined;
}

const locations: readonly Location[] = [
  ...textOf('deploy/door.conf').matchAll(
    /location (=|~)? ?(\S+) \{ (?:proxy_pass http:\/\/127\.0\.0\.1:(\d+)|return 404)/g,
  ),
].map(([, how = '', path = '', port]) => ({ how, path, port }));

/** The port that nginx passes a path on to: an exact match, else the first expression, else the longest prefix. */
function portFor(path: string): string | undefined {
  const exact = locations.find((location) => location.how === '=' && location.path === path);
  const expression = locations.find((location) => location.how === '~' && new RegExp(location.path).test(path));
  const [prefix] = locations
    .filter((location) => location.how === '' && path.startsWith(location.path))
    .sort((one, other) => other.path.length - one.path.length);
  return (exact ?? expression ?? prefix)?.port;
}

const portOf = (app: string): string => wordAt(services, `${app}.environment.LEDGER_HTTP`).split(':')[1] ?? '';

describe('the door', () => {
  it.each(APPS)('passes every route of %s on to it', (app) => {
    const routes = routesOf(app).map((route) => route.replaceAll(/:\w+/g, 'some-id'));
    expect(routes.length).toBeGreaterThan(0);
    expect(routes.filter((route) => portFor(route) !== portOf(app))).toEqual([]);
  });

  it.each(APPS)('shows health and metrics of %s under its name', (app) => {
    expect(portFor(`/${app}/health/ready`)).toBe(portOf(app));
    expect(portFor(`/${app}/metrics`)).toBe(portOf(app));
  });

  it('answers nothing else', () => {
    expect(portFor('/')).toBeUndefined();
    expect(portFor('/health/ready')).toBeUndefined();
  });
});
