import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { DEFAULT_TENANT } from '@ledger/platform';
import type { Engines } from '@ledger/platform';
import type { Instant } from '@ledger/units';
import { compareReplay, replayedTargets, targetDigest } from '@ledger/usecases';
import type { ReplayDifference, ReplayOptions, Target } from '@ledger/usecases';

import { note } from '../output';
import { openProgress } from '../progress';
import { withEngines } from './engines';

/** Differences that are printed; all of them are counted, and written with `--out`. */
const DIFFERENCES_PRINTED_MAX = 100;

/** What a replay found: the digest of what it computed and, compared, of what the tables hold. */
export interface ReplayReport {
  readonly sessions: number;
  readonly digest: string;
  readonly live?: { readonly sessions: number; readonly digest: string };
  readonly differences?: number;
}

/** What is to be replayed, and where the outcome goes. */
export interface ReplayQuestion {
  /** Fold only what was recorded up to this moment. */
  readonly asOf?: Instant;
  /** Whether to compare with what the tables hold. */
  readonly compare: boolean;
  /** The folder for files of targets and differences. */
  readonly out: string | undefined;
  readonly dataDir: string | undefined;
}

/** Computes every assessment and charge anew from the statements of the engines that the settings name. */
export async function replayAll({ asOf, compare, out, dataDir }: ReplayQuestion): Promise<ReplayReport> {
  const options: ReplayOptions = { tenant: DEFAULT_TENANT, ...(asOf === undefined ? {} : { asOf }) };
  const files = await openFiles(out);
  const report = await withEngines(dataDir, (engines) =>
    compare ? comparing(engines, options, files) : replaying(engines, options, files),
  );
  await files.close();
  return report;
}

async function replaying(engines: Engines, options: ReplayOptions, files: OutFiles): Promise<ReplayReport> {
  const digest = targetDigest();
  let sessions = 0;
  for await (const target of replayedTargets(engines.store, withProgress(options))) {
    digest.add(target);
    files.target(target);
    sessions += 1;
  }
  return { sessions, digest: digest.hex() };
}

function comparing(engines: Engines, options: ReplayOptions, files: OutFiles): Promise<ReplayReport> {
  let printed = 0;
  return compareReplay({ store: engines.store, model: engines.readModel }, withProgress(options), {
    onTarget: (target) => {
      files.target(target);
    },
    onDifference: (difference) => {
      files.difference(difference);
      printed += 1;
      if (printed <= DIFFERENCES_PRINTED_MAX) note(`${difference.session}: ${difference.what}`);
    },
  });
}

function withProgress(options: ReplayOptions): ReplayOptions {
  let progress: ReturnType<typeof openProgress> | undefined;
  return {
    ...options,
    onProgress: ({ done, of }) => {
      progress ??= openProgress('replay', of);
      progress.at(done);
      if (done === of) progress.done();
    },
  };
}

interface OutFiles {
  target(target: Target): void;
  difference(difference: ReplayDifference): void;
  close(): Promise<void>;
}

async function openFiles(folder: string | undefined): Promise<OutFiles> {
  if (folder === undefined)
    return { target: () => undefined, difference: () => undefined, close: () => Promise.resolve() };
  await mkdir(folder, { recursive: true });
  const targets = createWriteStream(join(folder, 'targets.jsonl'));
  const differences = createWriteStream(join(folder, 'differences.jsonl'));
  return {
    target: ({ session, assessment, charge }) =>
      void targets.write(`{"session":"${session}","assessment":${assessment},"charge":${charge}}\n`),
    difference: (difference) => void differences.write(`${JSON.stringify(difference)}\n`),
    close: async () => {
      await Promise.all([targets, differences].map((file) => new Promise((resolve) => file.end(resolve))));
    },
  };
}
