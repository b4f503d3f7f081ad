import { openMetrics } from '../../libs/platform/src/metrics';
import { anchorsOf, at, documentsOf, filesIn, listAt, textOf, wordAt } from './deploy-files';

/** What Prometheus itself measures. */
const OF_OTHERS = ['up'];

/** The metrics that the code makes: those of the runtime, and every name beginning with `ledger_`. */
function metricsOfCode(): readonly string[] {
  const runtime = openMetrics()
    .getMetricsAsArray()
    .map(({ name }) => name);
  const sources = [...filesIn('apps', '.ts'), ...filesIn('libs', '.ts')].filter((file) => !file.endsWith('.spec.ts'));
  const own = sources.flatMap((file) =>
    [...textOf(file).matchAll(/name: '(ledger_[a-z_]+)'/g)].map(([, name]) => name),
  );
  return [...runtime, ...own.filter((name) => name !== undefined)];
}

/** The metrics that an expression reads: words that are followed by a selector, a range or an end, and are no function or label. */
function metricsIn(expression: string): readonly string[] {
  return expression.match(/\b(?:up\b|(?:ledger|process|nodejs)_\w+)/g) ?? [];
}

const dashboard: unknown = JSON.parse(textOf('deploy/dashboards/ledger.json'));
const rules = listAt(documentsOf(textOf('deploy/dashboards/alerts.yaml'))[0], 'groups').flatMap((group) =>
  listAt(group, 'rules'),
);
const drawn = listAt(dashboard, 'panels').flatMap((panel) =>
  listAt(panel, 'targets').map((target) => wordAt(target, 'expr')),
);
const watched = rules.map((rule) => wordAt(rule, 'expr'));
const known = [...metricsOfCode(), ...OF_OTHERS];

describe('the dashboard and the alert rules', () => {
  it('read metrics that exist', () => {
    const read = [...drawn, ...watched];
    expect(read.length).toBeGreaterThan(15);
    expect(read.filter((expression) => metricsIn(expression).length === 0)).toEqual([]);
    expect(read.flatMap(metricsIn).filter((name) => !known.includes(name))).toEqual([]);
    expect(known).toContain('process_cpu_seconds_total');
  });

  it('leave no metric of the ledger undrawn', () => {
    const own = known.filter((name) => name.startsWith('ledger_'));
    expect(own.length).toBeGreaterThan(4);
    expect(own.filter((name) => !drawn.flatMap(metricsIn).includes(name))).toEqual([]);
  });

  it('have panels and rules of their own names', () => {
    for (const names of [
      listAt(dashboard, 'panels').map((panel) => at(panel, 'id')),
      rules.map((rule) => at(rule, 'alert')),
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('say how urgent each alert is, and where the runbook tells what to do', () => {
    const anchors = anchorsOf(textOf('deploy/runbook.md')).map((anchor) => `deploy/runbook.md#${anchor}`);
    for (const rule of rules) {
      expect(['page', 'ticket']).toContain(at(rule, 'labels.severity'));
      expect(wordAt(rule, 'annotations.summary').length).toBeGreaterThan(10);
      expect(anchors).toContain(at(rule, 'annotations.runbook'));
    }
  });

  it('watch the consumer groups that consume', () => {
    const sources = filesIn('libs/usecases/src', '.ts').concat(filesIn('apps', '.ts')).map(textOf).join('\n');
    const groups = [...sources.matchAll(/export const \w+_GROUP = '([\w-]+)'/g)].map(([, group]) => group);
    const named = drawn.flatMap((expression) => /group=~"([^"]+)"/.exec(expression)?.[1]?.split('|') ?? []);
    expect(named.sort()).toEqual(groups.sort());
  });
});
