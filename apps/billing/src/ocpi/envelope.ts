import { RUNTIME, problemOf } from '@ledger/platform';
import type { Problem, Runtime } from '@ledger/platform';
import { JsonNumber, writeJson } from '@ledger/units';
import type { JsonValue } from '@ledger/units';
import { Catch, Inject } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** OCPI's own status codes (OCPI 2.3.0, Status codes, section 5). */
export const OCPI_STATUS = { success: 1000, clientError: 2000, badParameters: 2001, serverError: 3000 } as const;

/** The headers that tie an answer to its request; an answer repeats what the request carried. */
const ECHOED = ['x-request-id', 'x-correlation-id'] as const;

/** Sends data in OCPI's envelope (OCPI 2.3.0, Transport and format, section 4.1.7). */
export function sendData(
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly timestamp: string },
  data: JsonValue | undefined,
  message = 'Success',
): void {
  send(exchange, 200, { data, code: OCPI_STATUS.success, message, timestamp: exchange.timestamp });
}

interface Envelope {
  readonly data?: JsonValue | undefined;
  readonly code: number;
  readonly message: string;
  readonly timestamp: string;
}

function send(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  status: number,
  { data, code, message, timestamp }: Envelope,
): void {
  for (const name of ECHOED) {
    const value = request.headers[name];
    if (typeof value === 'string' && /^[ -~]{1,100}$/.test(value)) void reply.header(name, value);
  }
  const body = {
    ...(data === undefined ? {} : { data }),
    status_code: new JsonNumber(`${code}`),
    status_message: message,
    timestamp,
  };
  void reply.status(status).type('application/json').send(writeJson(body));
}

/** What the transport refuses; all else is answered 200 with an OCPI status (OCPI 2.3.0, Status codes, section 5). */
const TRANSPORT: Readonly<Partial<Record<Problem['code'], number>>> = {
  'bad-json': 400,
  'not-authorised': 401,
  'not-found': 404,
  'method-not-allowed': 405,
  'too-large': 413,
  internal: 500,
  'not-available': 503,
};

/** Answers every error of the OCPI endpoints in OCPI's envelope. */
@Catch()
export class OcpiFilter implements ExceptionFilter {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const problem = problemOf(thrown);
    const status = TRANSPORT[problem.code] ?? 200;
    const { logger, engines } = this.runtime;
    if (status >= 500) logger.error({ err: problem.cause ?? problem, code: problem.code }, 'an OCPI request failed');
    const code = status >= 500 ? OCPI_STATUS.serverError : codeOf(problem);
    const http = host.switchToHttp();
    const exchange = { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
    const found = problem.findings.map(({ pointer, because }) => `${pointer}: ${because}`);
    const message = [problem.message, ...found].join('; ').slice(0, MESSAGE_LENGTH_MAX);
    send(exchange, status, { code, message, timestamp: engines.clock.now() });
  }
}

const MESSAGE_LENGTH_MAX = 1_000;

/** Problems that lie in what the request says. */
const BAD_PARAMETERS: ReadonlySet<Problem['code']> = new Set(['bad-query', 'bad-cursor', 'object-refused', 'bad-json']);

function codeOf({ code }: Problem): number {
  return BAD_PARAMETERS.has(code) ? OCPI_STATUS.badParameters : OCPI_STATUS.clientError;
}
