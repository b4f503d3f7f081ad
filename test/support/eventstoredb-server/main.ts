import { parseArgs } from 'node:util';
import { startEventStoreDbServer, type ServerOptions } from './server';

/** Runs the server in a process of its own: `node main.js [--port n] [--file path] [--synced]`, until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const server = await startEventStoreDbServer(optionsOf(process.argv.slice(2)));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close();
      process.exit(0);
    });
  }
  process.stdout.write(`${JSON.stringify({ port: server.port, url: server.url, events: server.log.size })}\n`);
}

function optionsOf(args: readonly string[]): ServerOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, file: { type: 'string' }, synced: { type: 'boolean', default: false } },
  });
  const port = values.port === undefined ? 0 : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`--port: ${values.port} is no port`);
  return values.file === undefined ? { port } : { port, file: { path: values.file, isSynced: values.synced } };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
