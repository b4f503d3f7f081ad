import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';

import { crashPointOf } from './crash';
import { openEngines } from './engines';
import { HealthController } from './health.controller';
import { buildHttp, listen } from './http';
import { openLogger } from './logs';
import type { Logger } from './logs';
import { openMetrics } from './metrics';
import { DEFAULT_TENANT, runtimeProvider } from './runtime';
import type { Runtime } from './runtime';
import { readSettings } from './settings';
import type { Settings } from './settings';
import { checkingRights } from './store-rights';
import { Workers } from './workers';
import type { WorkerPlan } from './workers';

/** What makes up one service: its Nest modules and the workers that run beside the HTTP server. */
export interface ServicePlan {
  readonly name: string;
  modules(runtime: Runtime): readonly DynamicModule[];
  workers(runtime: Runtime): readonly WorkerPlan[];
}

/** A service that runs. */
export interface RunningService {
  readonly url: string;
  readonly runtime: Runtime;
  /** Stops in order: no more requests, workers finish what they have in hand, engines close. */
  stop(): Promise<void>;
}

/** Opens the engines, starts the workers and listens. `onDeath` is called when a worker dies. */
export async function startService(
  plan: ServicePlan,
  settings: Readonly<Settings>,
  onDeath: (error: Error) => void,
): Promise<RunningService> {
  const logger = openLogger(plan.name, settings.LEDGER_LOG);
  const engines = await openEngines(settings, logger);
  const runtime: Runtime = {
    settings,
    engines,
    logger,
    metrics: openMetrics(),
    crash: crashPointOf(settings.CRASH_AT),
    tenant: DEFAULT_TENANT,
    workers: () => workers,
  };
  const workers = new Workers([...checkingRights(runtime), ...plan.workers(runtime)], logger, onDeath);
  const app = await buildHttp(serviceModule(plan, runtime), settings, {
    logger,
    onStorageFault: (fault) => {
      workers.report('storage', fault);
    },
  });
  workers.start();
  const { url } = await listen(app, settings);
  logger.info(
    { url, feed: settings.LEDGER_FEED, store: settings.LEDGER_STORE, readModel: settings.LEDGER_READMODEL },
    'ready',
  );
  return {
    url,
    runtime,
    stop: async () => {
      await app.close();
      await workers.stop();
      await engines.close();
      logger.info('stopped');
    },
  };
}

/** Runs a service as a process: settings from the environment, stop on SIGINT or SIGTERM with a hard limit, exit on a death. */
export async function runService(plan: ServicePlan): Promise<void> {
  const settings = settingsOrExit();
  const stopping = new AbortController();
  const service = await startOrExit(plan, settings, () => {
    void stopHard(service, settings, 1);
  });
  process.stdout.write(`listening on ${service.url}\n`);
  const onSignal = (): void => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
    void stopHard(service, settings, 0);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

async function stopHard(service: RunningService, settings: Readonly<Settings>, code: number): Promise<void> {
  const { logger } = service.runtime;
  setTimeout(() => {
    logger.fatal({ seconds: settings.LEDGER_STOP_SECONDS }, 'the stop took too long');
    process.exit(1);
  }, settings.LEDGER_STOP_SECONDS * 1_000).unref();
  try {
    await service.stop();
    process.exit(code);
  } catch (error) {
    logger.fatal({ err: error }, 'the stop failed');
    process.exit(1);
  }
}

/** Exit codes of a service that cannot start: wrong settings, and everything else. */
const EXIT_USAGE = 2;
const EXIT_UNREACHABLE = 3;

function settingsOrExit(): Readonly<Settings> {
  try {
    return readSettings(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(EXIT_USAGE);
  }
}

async function startOrExit(
  plan: ServicePlan,
  settings: Readonly<Settings>,
  onDeath: () => void,
): Promise<RunningService> {
  try {
    return await startService(plan, settings, onDeath);
  } catch (error) {
    const logger: Logger = openLogger(plan.name, settings.LEDGER_LOG);
    logger.fatal({ err: error }, 'the service does not start');
    process.stderr.write(`${plan.name} does not start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(EXIT_UNREACHABLE);
  }
}

/** The root of a service; its parts are put together by `serviceModule`. */
@Module({})
class ServiceModule {}

function serviceModule(plan: ServicePlan, runtime: Runtime): DynamicModule {
  return {
    module: ServiceModule,
    controllers: [HealthController],
    providers: [runtimeProvider(runtime)],
    imports: [...plan.modules(runtime)],
  };
}
