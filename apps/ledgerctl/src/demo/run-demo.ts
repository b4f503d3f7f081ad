import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

import { Client } from '../client';
import { CommandFailed, EXIT } from '../exit';
import { note, printJson, printLine } from '../output';
import { deliver } from './deliver';
import type { Delivery } from './deliver';
import { publishBook } from './publish-book';
import { epflEvents, konstanzEvents } from './real-data';
import { findings, resultOf } from './result';
import { reportLines } from './report';
import { sendLines, untilSettled } from './send';
import { startStandalone } from './standalone-process';

/** Events of one request unless `--batch` says otherwise. */
const BATCH_DEFAULT = 1_000;

/** `npm run demo`: the shipped real data through the real pipeline, and a report. */
export function demoProgram(): CommandUnknownOpts {
  return new Command('npm run demo --')
    .description(
      'Sends two sets of real charging data through the HTTP intake of a ledger in its own process, prices the sessions, ' +
        'replays everything from the stored statements and tells what came out.',
    )
    .option('--data-dir <folder>', 'keep the ledger in this folder (by default a temporary one, removed at the end)')
    .option('--shuffle <seed>', 'deliver all events in a random order that follows from the seed')
    .option('--twice', 'deliver every event twice')
    .option('--batch <events>', 'events of one request', wholeNumber, BATCH_DEFAULT)
    .option('--serve', 'keep the ledger running at the end, to look around')
    .option('--json', 'print one JSON document as the last line, and nothing else on standard output')
    .exitOverride()
    .action((options) => demo({ ...options, twice: options.twice === true }));
}

interface DemoOptions extends Delivery {
  readonly dataDir?: string;
  readonly batch: number;
  readonly serve?: true;
  readonly json?: true;
}

async function demo(options: DemoOptions): Promise<void> {
  const began = performance.now();
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ledger-demo-')));
  note(`starting a ledger on ${folder}`);
  const standalone = await startStandalone(folder);
  const stopped = onInterrupt(() => standalone.stop());
  try {
    const client = new Client(standalone.url);
    await publishBook(client);
    const lines = deliver([...konstanzEvents(), ...epflEvents()], options);
    await sendLines(client, lines, options.batch);
    await untilSettled(client);
    const found = await findings(client);
    const seconds = (performance.now() - began) / 1_000;
    if (options.json !== true)
      for (const line of await reportLines(client, found, { seconds, statements: lines.length })) printLine(line);
    else printJson(resultOf(found, { seconds, statements: lines.length }));
    if (found.replay.differences > 0) throw new CommandFailed('the replay differs from what is live', EXIT.checkFailed);
    // From here on an interrupt is the ordinary end.
    stopped();
    if (options.serve === true) await serve(standalone, folder);
  } finally {
    stopped();
    await standalone.stop();
    if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function serve(
  { url, ended }: { readonly url: string; readonly ended: Promise<void> },
  folder: string,
): Promise<void> {
  const interrupted = new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  note(`\nthe ledger serves ${url} from ${folder}; open ${url}/docs in a browser, or stop it by Ctrl-C`);
  await Promise.race([ended, interrupted]);
}

/** Stops the ledger when the demo is interrupted, so that nothing is left running. */
function onInterrupt(stop: () => Promise<void>): () => void {
  const interrupted = (): void => {
    void stop().then(() => process.exit(EXIT.checkFailed));
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  return () => {
    process.removeListener('SIGINT', interrupted);
    process.removeListener('SIGTERM', interrupted);
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100_000) return value;
  throw new InvalidArgumentError('a whole number from 1 to 100000 is expected');
}
