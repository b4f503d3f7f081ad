// Runs until it is killed: appends, publishes and projects in a data folder, and says on stdout what was acknowledged.
// Arguments: the folder, a name of this run. Reads the TypeScript of this lib as it is, so that no build is needed.
const { randomUUID } = require('node:crypto');
const { readFileSync, writeSync } = require('node:fs');
const { registerHooks, stripTypeScriptTypes } = require('node:module');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

const LIBS = path.resolve(__dirname, '../../..');
const STREAMS = 24;

registerHooks({
  resolve(specifier, context, next) {
    const file = typescriptOf(specifier, context.parentURL);
    return file === undefined
      ? next(specifier, context)
      : { url: pathToFileURL(file).href, format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'), { mode: 'transform' });
    return { format: 'module', source, shortCircuit: true };
  },
});

function typescriptOf(specifier, parent) {
  if (specifier.startsWith('@ledger/')) return path.join(LIBS, specifier.slice('@ledger/'.length), 'src/index.ts');
  if (!specifier.startsWith('.') || !parent?.endsWith('.ts')) return undefined;
  return `${path.resolve(path.dirname(fileURLToPath(parent)), specifier)}.ts`;
}

/** Says a line whole and in order before it goes on; waits for a reader who is behind. */
function say(record) {
  let rest = Buffer.from(`${JSON.stringify(record)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

async function append(events, stream) {
  for (let expected = 'none'; ;) {
    const ids = Array.from({ length: 1 + Math.floor(Math.random() * 5) }, () => randomUUID());
    const facts = ids.map((id) => ({ id, type: 'Fact', data: `{"text":"${'x'.repeat(200)}"}`, metadata: '{}' }));
    expected = await events.append(stream, expected, facts);
    say({ stream, revision: String(expected), ids });
  }
}

async function publish(feed, run) {
  for (let number = 0; ; number += 1) {
    const value = `${run}#${number}`;
    await feed.publish('meter-events', [{ key: `station-${number % 9}`, value, headers: { run } }]);
    say({ published: value });
  }
}

async function project(readModel, run) {
  for (let position = 1n; ; position += 1n) {
    const row = {
      tenant: run,
      id: String(position),
      sort: '2026',
      columns: { currency: 'EUR' },
      amount: '0.1',
      body: '{}',
    };
    const changes = [{ kind: 'put', table: 'charges', row }];
    const expected = position === 1n ? 'none' : position - 1n;
    await readModel.apply({ projection: run, expected, position, changes });
    say({ projected: String(position) });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function main([folder, run]) {
  const { openDataFolder } = await import(pathToFileURL(path.join(__dirname, 'index.ts')).href);
  const { events, feed, readModel } = await openDataFolder(folder);
  say({ opened: run });
  const streams = Array.from({ length: STREAMS }, (_, index) => append(events, `session-${run}-${index}`));
  await Promise.all([...streams, publish(feed, run), project(readModel, run)]);
}

main(process.argv.slice(2)).catch((error) => {
  say({ failed: error.code ?? 'unknown', pid: error.pid, message: error.message });
  process.exitCode = 1;
});
