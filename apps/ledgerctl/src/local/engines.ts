import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { BadSettings, openEngines, openLogger, readSettings } from '@ledger/platform';
import type { Engines } from '@ledger/platform';

import { CommandFailed, EXIT, badInput } from '../exit';

/** The file of the embedded event store in a data folder. */
const EVENTS_FILE = 'events.db';

/** Opens the engines that the settings name, for work that needs no service; `dataDir` stands in for LEDGER_DATA. */
export async function withEngines<Answer>(
  dataDir: string | undefined,
  work: (engines: Engines) => Promise<Answer>,
): Promise<Answer> {
  const settings = settingsFor(dataDir);
  refuseEmpty(settings);
  const logger = openLogger('ledgerctl', 'warn');
  const engines = await openEngines(settings, logger).catch((error: unknown) => {
    throw new CommandFailed(error instanceof Error ? error.message : String(error), EXIT.notReachable, {
      cause: error,
    });
  });
  try {
    return await work(engines);
  } finally {
    await engines.close();
  }
}

/** A mistyped folder must not be made, and then found to be in good order because it is empty. */
function refuseEmpty({ LEDGER_DATA, LEDGER_STORE }: ReturnType<typeof readSettings>): void {
  if (LEDGER_STORE !== 'embedded' || existsSync(join(LEDGER_DATA, EVENTS_FILE))) return;
  throw badInput(`${LEDGER_DATA} holds no ledger: there is no ${EVENTS_FILE} in it`);
}

/** The settings of the environment; `dataDir` stands in for LEDGER_DATA. @throws CommandFailed naming what is wrong */
export function settingsFor(dataDir: string | undefined): ReturnType<typeof readSettings> {
  try {
    return readSettings({ ...process.env, ...(dataDir === undefined ? {} : { LEDGER_DATA: dataDir }) });
  } catch (error) {
    if (error instanceof BadSettings) throw badInput(error.message, error);
    throw error;
  }
}
