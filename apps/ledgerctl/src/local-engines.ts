import { BadSettings, openEngines, openLogger, readSettings } from '@ledger/platform';
import type { Engines } from '@ledger/platform';

import { CommandFailed, EXIT, badInput } from './exit';

/** Opens the engines that the settings name, for work that needs no service; `dataDir` stands in for LEDGER_DATA. */
export async function withEngines<Answer>(
  dataDir: string | undefined,
  work: (engines: Engines) => Promise<Answer>,
): Promise<Answer> {
  const settings = settingsFor(dataDir);
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

/** The settings of the environment; `dataDir` stands in for LEDGER_DATA. @throws CommandFailed naming what is wrong */
export function settingsFor(dataDir: string | undefined): ReturnType<typeof readSettings> {
  try {
    return readSettings({ ...process.env, ...(dataDir === undefined ? {} : { LEDGER_DATA: dataDir }) });
  } catch (error) {
    if (error instanceof BadSettings) throw badInput(error.message, error);
    throw error;
  }
}
