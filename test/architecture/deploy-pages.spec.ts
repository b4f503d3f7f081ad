import { dirname, join } from 'node:path';

import { BILLING, BILLING_TABLES } from '@ledger/usecases';

import { program } from '../../apps/ledgerctl/src/program';
import { anchorsOf, filesIn, isThere, mapAt, routesOf, textOf } from './deploy-files';

const PAGES = ['deploy/README.md', 'deploy/runbook.md'];
const text = PAGES.map(textOf).join('\n');
const scripts = Object.keys(mapAt(JSON.parse(textOf('package.json')), 'scripts'));
const routes = ['ingestion', 'ledger', 'billing'].flatMap(routesOf);

type Command = ReturnType<typeof program>;

/** What is wrong with a line of ledgerctl: an unknown command or option, or arguments that do not fit. */
function complaintAbout(line: string): string | undefined {
  const words = line.split(/\s+/).filter((word) => word !== '');
  let command: Command = program();
  while (command.commands.length > 0) {
    const name = words.shift() ?? 'nothing';
    const next = command.commands.find((one) => one.name() === name);
    if (next === undefined) return `${line}: ${command.name()} has no command ${name}`;
    command = next as Command;
  }
  const unknown = words.filter((word) => word.startsWith('--') && command.options.every(({ long }) => long !== word));
  if (unknown.length > 0) return `${line}: no option ${unknown.join(', ')}`;
  const missing = command.registeredArguments.filter(({ required }) => required).length;
  const given = words.findIndex((word) => word.startsWith('--'));
  return (given < 0 ? words.length : given) < missing ? `${line}: an argument is missing` : undefined;
}

/** Every line of ledgerctl on the pages, however it is started. */
const lines = [
  ...text.matchAll(/(?:npx ledgerctl|--no-deps ledgerctl|apps\/ledgerctl\/ledgerctl\.js) ([a-z][^`\n#]*)/g),
].map(([, line = '']) => line.trim());

describe("the operator's pages", () => {
  it('name commands of ledgerctl that exist, with options and arguments that they take', () => {
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.map(complaintAbout).filter((complaint) => complaint !== undefined)).toEqual([]);
    expect(complaintAbout('verify shop')).toBeDefined();
    expect(complaintAbout('verify store --loudly')).toBeDefined();
    expect(complaintAbout('sessions show')).toBeDefined();
  });

  it('name scripts that exist', () => {
    const named = [...text.matchAll(/npm (?:run )?(build|check:\w+|start(?::\w+)?|bench|demo)\b/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !scripts.some((script) => script === name))).toEqual([]);
  });

  it('ask for paths that an app answers', () => {
    const asked = [...text.matchAll(/\$LEDGER(\/v1\/[\w/-]+)/g)].map(([, path = '']) =>
      path.replace(/\/ID(?=\/|$)/, '/:id'),
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((path) => !routes.includes(path))).toEqual([]);
  });

  it('lead to files and headings that are there', () => {
    for (const page of PAGES) {
      for (const [, link = ''] of textOf(page).matchAll(/\]\(([^)]+)\)/g)) {
        const [path = '', anchor] = link.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        expect([page, link, isThere(file)]).toEqual([page, link, true]);
        if (anchor !== undefined) expect([link, anchorsOf(textOf(file)).includes(anchor)]).toEqual([link, true]);
      }
    }
  });

  it('name deployments and manifests that are there', () => {
    const manifests = filesIn('deploy/kubernetes', '.yaml');
    const applied = [...text.matchAll(/deploy\/kubernetes\/[\w.-]+\.yaml/g)].map(([path]) => path);
    expect(applied.filter((path) => !manifests.includes(path))).toEqual([]);
    expect(manifests.filter((path) => !applied.includes(path) && !path.includes('template'))).toEqual([]);
    const deployed = [
      ...manifests
        .map(textOf)
        .join('\n')
        .matchAll(/kind: Deployment\nmetadata:\n {2}name: (\w+)/g),
    ];
    const asked = [...text.matchAll(/kubectl -n [^\n]*/g)].flatMap(([line]) => [...line.matchAll(/ deploy\/(\w+)/g)]);
    expect(asked.length).toBeGreaterThan(1);
    expect(deployed.map(([, name]) => name)).toEqual(expect.arrayContaining(asked.map(([, name]) => name)));
  });

  it('rebuild the tables that billing keeps, by the name of its checkpoint', () => {
    const emptied = /TRUNCATE ([^;]+);/.exec(text)?.[1]?.split(', ');
    expect(emptied).toEqual(BILLING_TABLES.map((table) => `ledger.${table}`));
    expect(text).toContain(`WHERE projection = '${BILLING}'`);
  });
});
