import { createReadStream, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

import { Client } from './client';
import { EXIT, badInput } from './exit';
import { jsonOption, urlOption } from './options';
import { note, printJson, printLine } from './output';
import { openProgress } from './progress';

/** Lines that are sent, and remembered as sent, together, unless `--batch` says otherwise. */
export const IMPORT_BATCH_DEFAULT = 2_000;
export const IMPORT_BATCH_MAX = 100_000;

interface ImportReport {
  lines: number;
  accepted: number;
  quarantined: number;
  resumedFrom: number;
}

interface Taken {
  readonly accepted: number;
  readonly quarantinedTotal: number;
}

/** `ledgerctl import`: sends NDJSON of CloudEvents, shows progress, and goes on where it stopped. */
export function importCommand(): CommandUnknownOpts {
  const command = new Command('import')
    .description('Send meter events, one CloudEvent a line, and wait until they are durable')
    .argument('<files...>', 'NDJSON files; - for standard input')
    .addOption(urlOption())
    .option('--batch <lines>', 'lines that become durable together', wholeNumber, IMPORT_BATCH_DEFAULT)
    .option('--no-resume', 'begin at the first line, also where an earlier import stopped half-way')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nAn interrupted import of a file leaves FILE.import beside it and goes on from there. Sending lines again is harmless.',
    );
  command.action(async (files, { url, batch, resume, json }) => {
    const report: ImportReport = { lines: 0, accepted: 0, quarantined: 0, resumedFrom: 0 };
    for (const file of files) await importFile(new Client(url), { file, batch, resume }, report);
    if (json === true) printJson(report);
    else printLine(`${report.lines} lines sent: ${report.accepted} accepted, ${report.quarantined} quarantined`);
    if (report.quarantined > 0) {
      note('see what could not be understood: GET /v1/quarantine');
      process.exitCode = EXIT.checkFailed;
    }
  });
  return command;
}

interface Source {
  readonly file: string;
  readonly batch: number;
  readonly resume: boolean;
}

async function importFile(client: Client, source: Source, report: ImportReport): Promise<void> {
  const { file, batch } = source;
  const point = resumePoint(source);
  const skip = point.lines();
  report.resumedFrom += skip;
  if (skip > 0) note(`${file}: going on after line ${skip}`);
  const progress = openProgress(file, file === '-' ? 0 : statSync(file).size);
  let lines: string[] = [];
  let seen = 0;
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const body = `${lines.join('\n')}\n`;
    const taken = await client.json<Taken>('/v1/meter-events', {
      method: 'POST',
      contentType: 'application/x-ndjson',
      body,
    });
    report.lines += lines.length;
    report.accepted += taken.accepted;
    report.quarantined += taken.quarantinedTotal;
    point.save(seen);
    progress.at(bytes);
    lines = [];
  };
  for await (const line of createInterface({ input: inputOf(file), crlfDelay: Infinity })) {
    seen += 1;
    bytes += Buffer.byteLength(line) + 1;
    if (seen <= skip || line.trim() === '') continue;
    lines.push(line);
    if (lines.length >= batch) await flush();
  }
  await flush();
  progress.done();
  point.clear();
}

function inputOf(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file);
}

interface ResumePoint {
  lines(): number;
  save(lines: number): void;
  clear(): void;
}

/** Remembers beside the file how many lines are durable; standard input cannot be resumed. */
function resumePoint({ file, resume }: Source): ResumePoint {
  if (file === '-') return { lines: () => 0, save: () => undefined, clear: () => undefined };
  if (!existsSync(file)) throw badInput(`${file}: there is no such file`);
  if (statSync(file).isDirectory()) throw badInput(`${file} is a folder; name the files in it`);
  const path = `${file}.import`;
  const { size } = statSync(file);
  return {
    lines: () => (resume && existsSync(path) ? storedLines(path, size) : 0),
    save: (lines) => {
      writeFileSync(`${path}.new`, `${JSON.stringify({ size, lines })}\n`);
      renameSync(`${path}.new`, path);
    },
    clear: () => {
      rmSync(path, { force: true });
    },
  };
}

function storedLines(path: string, size: number): number {
  const stored = readPoint(path);
  if (stored?.size === size) return stored.lines;
  throw badInput(
    stored === undefined
      ? `${path} is damaged; remove it, or import with --no-resume`
      : `${path} belongs to another version of the file; remove it, or import with --no-resume`,
  );
}

function readPoint(path: string): { readonly size: number; readonly lines: number } | undefined {
  try {
    const { size, lines } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
    return typeof size === 'number' && typeof lines === 'number' ? { size, lines } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= IMPORT_BATCH_MAX) return value;
  throw new InvalidArgumentError(`a whole number from 1 to ${IMPORT_BATCH_MAX} is expected`);
}
