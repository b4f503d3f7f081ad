import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** Most findings that one answer lists. */
export const PROBLEM_FINDINGS_MAX = 20;

/** One thing that is wrong with the input, and where (a JSON pointer). */
export interface ProblemFinding {
  readonly code: string;
  readonly pointer: string;
  readonly because: string;
}

/** The one table of public problem codes and their HTTP status. A code is never renamed. */
export const PROBLEM_STATUS = {
  'bad-request': 400,
  'bad-cursor': 400,
  'bad-json': 400,
  'bad-query': 400,
  'not-authorised': 401,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-held': 409,
  'still-not-understood': 409,
  'too-large': 413,
  'media-type-unknown': 415,
  'object-refused': 422,
  'too-many-requests': 429,
  internal: 500,
  'not-available': 503,
} as const;

/** A public problem code. */
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** Thrown by a controller to answer with a problem document (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly findings: readonly ProblemFinding[] = [],
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}

/** Seconds a client is asked to wait when the intake is full or an engine is away. */
export const RETRY_AFTER_SECONDS = 1;

const FAULTS: Readonly<Record<string, ProblemCode>> = {
  'feed-full': 'too-many-requests',
  'feed-unavailable': 'not-available',
  'store-unavailable': 'not-available',
  'outcome-unknown': 'not-available',
  'read-model-unavailable': 'not-available',
  'bad-cursor': 'bad-cursor',
};

const STATUS_CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'bad-request',
  401: 'not-authorised',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'media-type-unknown',
  429: 'too-many-requests',
};

/** Turns whatever was thrown into a problem; what is not ours to explain stays without detail. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof HttpException)
    return new Problem(STATUS_CODES[thrown.getStatus()] ?? 'internal', thrown.message);
  const known = thrown instanceof Error ? knownError(thrown) : undefined;
  return known ?? new Problem('internal', 'something went wrong on our side; it is in the log', [], { cause: thrown });
}

function knownError(error: Error): Problem | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? FAULTS[error.code] : undefined;
  if (code !== undefined) return new Problem(code, error.message, [], { cause: error });
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  return status < 500
    ? new Problem(STATUS_CODES[status] ?? 'bad-request', error.message, [], { cause: error })
    : undefined;
}

/** The problem document of RFC 9457, with at most `PROBLEM_FINDINGS_MAX` findings and the count of all. */
export function problemDocument(problem: Problem): Readonly<Record<string, unknown>> {
  const { findings } = problem;
  return {
    type: `urn:ledger:problem:${problem.code}`,
    title: problem.code.replaceAll('-', ' '),
    status: PROBLEM_STATUS[problem.code],
    code: problem.code,
    detail: problem.message,
    ...(findings.length === 0
      ? {}
      : { findings: findings.slice(0, PROBLEM_FINDINGS_MAX), findingsTotal: findings.length }),
  };
}

/** Where defects are written to before the caller is told. */
export type LogFault = (problem: Problem) => void;

/** Answers every error with a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logFault: LogFault) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const problem = problemOf(thrown);
    const status = PROBLEM_STATUS[problem.code];
    if (status >= 500) this.logFault(problem);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (status === 429 || status === 503) void reply.header('retry-after', `${RETRY_AFTER_SECONDS}`);
    void reply
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify(problemDocument(problem)));
  }
}
