import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { DockerfileParser } from 'dockerfile-ast';
import type { Copy } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';

import { ROOT, isThere, mapAt, textOf, wordAt } from './deploy-files';

const text = textOf('deploy/Dockerfile');
const dockerfile = DockerfileParser.parse(text);
const stages = dockerfile.getFROMs();
const ignored = textOf('.dockerignore').split('\n');

/** Paths that a COPY reads; undefined for the stage means the folder that is sent to the builder. */
function sourcesOf(copy: Copy): { readonly from: string | undefined; readonly paths: readonly string[] } {
  const from = copy.getFromFlag()?.getValue() ?? undefined;
  const words = copy.getArguments().map((argument) => argument.getValue());
  return { from, paths: words.slice(0, -1) };
}

/** Whether .dockerignore sends a path to the builder: a path, a folder above it or one below it is named. */
function isSent(path: string): boolean {
  return ignored.some((line) => {
    const named = line.startsWith('!') ? line.slice(1) : undefined;
    return named !== undefined && (named === path || path.startsWith(`${named}/`) || named.startsWith(`${path}/`));
  });
}

/** Arguments and environment: what follows `NAME=` anywhere in the file. */
function given(name: string): string | undefined {
  return new RegExp(`\\b${name}=(\\S+)`).exec(text)?.[1];
}

describe('the image', () => {
  it('is described without a fault', () => {
    expect(validate(text).map(({ message, range }) => ({ line: range.start.line + 1, message }))).toEqual([]);
    expect(validate('FROM node\nCOPPY a b\n')).not.toEqual([]);
  });

  it('is built in one stage and run in another, on the Node of package.json, never on a moving tag', () => {
    expect(stages.map((stage) => stage.getBuildStage())).toEqual(['build', 'run']);
    expect(new Set(stages.map((stage) => stage.getImage()))).toEqual(new Set(['node:${NODE_VERSION}-bookworm-slim']));
    expect(given('NODE_VERSION')).toBe(wordAt(JSON.parse(textOf('package.json')), 'devDependencies.node'));
    expect(text).not.toMatch(/:latest\b/);
  });

  it('runs as a user that is not root, after everything that needs root', () => {
    const words = dockerfile.getInstructions().map((instruction) => instruction.getKeyword());
    const users = dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === 'USER');
    expect(users.map((user) => user.getArgumentsContent())).toEqual(['1000:1000']);
    expect(words.lastIndexOf('RUN')).toBeLessThan(words.indexOf('USER'));
    expect(words.lastIndexOf('COPY')).toBeLessThan(words.indexOf('USER'));
  });

  it('writes in its volume alone', () => {
    const volumes = dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === 'VOLUME');
    expect(volumes.map((volume) => volume.getArgumentsContent())).toEqual(['["/var/lib/ledger"]']);
    expect(given('LEDGER_DATA')).toBe('/var/lib/ledger');
  });

  it('copies only what is there and what .dockerignore lets through', () => {
    const outside = dockerfile.getCOPYs().map(sourcesOf);
    const local = outside.filter(({ from }) => from === undefined).flatMap(({ paths }) => paths);
    expect(local.length).toBeGreaterThan(5);
    expect(local.filter((path) => !isThere(path))).toEqual([]);
    expect(local.filter((path) => !isSent(path))).toEqual([]);
    expect(isSent('README.md')).toBe(false);
    expect(outside.every(({ from }) => from === undefined || from === 'build')).toBe(true);
  });

  it('starts an app that the build makes, and is asked for its health by a file that it holds', () => {
    expect(dockerfile.getCMDs().map((command) => command.getArgumentsContent())).toEqual([
      '["node", "--max-old-space-size=256", "--max-semi-space-size=32", "--heap-growing-percent=100", "--enable-source-maps", "dist/apps/standalone/src/main.js"]',
    ]);
    expect(isThere('apps/standalone/src/main.ts')).toBe(true);
    const [check] = dockerfile.getHEALTHCHECKs();
    expect(check?.getArgumentsContent()).toContain('CMD ["node", "deploy/health.mjs", "live"]');
    expect(dockerfile.getCOPYs().flatMap((copy) => sourcesOf(copy).paths)).toContain('deploy/health.mjs');
  });

  it('installs nothing that runs while it is installed, and keeps no development packages', () => {
    const runs = dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === 'RUN');
    const commands = runs.map((run) => run.getArgumentsContent() ?? '').join('\n');
    expect(commands).toContain('npm ci --ignore-scripts');
    expect(commands).toContain('npm prune --omit=dev');
    expect(Object.keys(mapAt(JSON.parse(textOf('package.json')), 'dependencies'))).not.toContain('typescript');
  });
});

describe('the question for health', () => {
  const ask = async (question: string, address: string): Promise<number> => {
    try {
      await promisify(execFile)(process.execPath, [join(ROOT, 'deploy/health.mjs'), question], {
        env: { LEDGER_HTTP: address },
      });
      return 0;
    } catch (error) {
      return typeof error === 'object' && error !== null && 'code' in error && error.code === 1 ? 1 : -1;
    }
  };

  it('is answered as the app answers it, and with no where nobody answers', async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/health/live' ? 200 : 503).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await ask('live', `127.0.0.1:${port}`)).toBe(0);
    expect(await ask('ready', `127.0.0.1:${port}`)).toBe(1);
    await new Promise((resolve) => server.close(resolve));
    expect(await ask('live', `127.0.0.1:${port}`)).toBe(1);
  });
});
