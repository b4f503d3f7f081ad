import { pino } from 'pino';
import type { Logger as PinoLogger } from 'pino';
import type { LoggerService } from '@nestjs/common';

/** Structured logs. Fields are ids, codes, counts and times; never a token, a payload or free text of a message. */
export type Logger = PinoLogger;

/** A logger of one app: one JSON object a line on standard error, so that standard output stays free for results. */
export function openLogger(app: string, level: string): Logger {
  return pino(
    { level, base: { app }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** What Nest itself has to say goes to the same log, at debug level where it is only chatter. */
export function nestLogger(logger: Logger): LoggerService {
  const text = (message: unknown): string => (typeof message === 'string' ? message : JSON.stringify(message));
  return {
    log: (message: unknown) => {
      logger.debug(text(message));
    },
    debug: (message: unknown) => {
      logger.debug(text(message));
    },
    verbose: (message: unknown) => {
      logger.trace(text(message));
    },
    warn: (message: unknown) => {
      logger.warn(text(message));
    },
    error: (message: unknown, ...rest: unknown[]) => {
      logger.error({ details: rest.map(text) }, text(message));
    },
    fatal: (message: unknown) => {
      logger.fatal(text(message));
    },
  };
}
