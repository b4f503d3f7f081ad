import { StorageFault } from '@ledger/ports';
import { decodeUtf8 } from '@ledger/units';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';

import { nestLogger } from './logs';
import type { Logger } from './logs';
import { Problem, ProblemFilter } from './problems';
import { listenAddress } from './settings';
import type { Settings } from './settings';

/** Media types whose body is handed over as text, for the strict JSON reader. */
const TEXT_BODIES = ['application/json', 'application/cloudevents+json'];

/** Media types whose body is handed over as bytes: one broken member of a batch must not spoil the others. */
const BYTE_BODIES = ['application/cloudevents-batch+json'];

/** The media type of an endless body: one JSON text a line. */
export const NDJSON = 'application/x-ndjson';

/** A server that listens. */
export interface Listening {
  readonly app: NestFastifyApplication;
  readonly url: string;
}

/** What the HTTP server tells its process. */
export interface HttpHost {
  readonly logger: Logger;
  /** A request met storage that failed: every later one would, until the process recovers from what is on disk. */
  readonly onStorageFault: (fault: StorageFault) => void;
}

/** Builds the HTTP side of an app: bodies as text or stream, problem documents, OpenAPI. It does not listen yet. */
export async function buildHttp(
  module: DynamicModule,
  settings: Readonly<Settings>,
  { logger, onStorageFault }: HttpHost,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: settings.LEDGER_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  const bodyLimit = settings.LEDGER_BODY_BYTES;
  fastify.addContentTypeParser<Buffer>(TEXT_BODIES, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    const text = decodeUtf8(body);
    if (typeof text === 'string') done(null, text);
    else done(notUtf8(text.invalidAt));
  });
  fastify.addContentTypeParser<Buffer>(BYTE_BODIES, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    done(null, body);
  });
  fastify.addContentTypeParser(NDJSON, (_request, payload, done) => {
    done(null, payload);
  });
  app.useGlobalFilters(
    new ProblemFilter((problem) => {
      logger.error({ err: problem.cause ?? problem, code: problem.code }, 'a request failed');
      if (problem.cause instanceof StorageFault) onStorageFault(problem.cause);
    }),
  );
  SwaggerModule.setup('docs', app, openApi(app), { jsonDocumentUrl: 'openapi.json', yamlDocumentUrl: 'openapi.yaml' });
  return app;
}

/** Bytes that are no text are refused, never repaired. */
function notUtf8(at: number): Problem {
  const because = 'the bytes are not UTF-8';
  return new Problem('bad-json', `${because}, at byte ${at}`, [{ code: 'json-not-utf-8', pointer: '', because }]);
}

/** The OpenAPI document of what the app serves. */
export function openApi(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Charging session ledger')
    .setDescription(
      'Meter events in, immutable session streams, tariffed charges out. Decimals are text, instants are UTC with milliseconds.',
    )
    .setVersion('1')
    .build();
  return SwaggerModule.createDocument(app, config);
}

/** Starts listening at the address of the settings and tells the real one (port 0 takes a free port). */
export async function listen(app: NestFastifyApplication, settings: Readonly<Settings>): Promise<Listening> {
  const { host, port } = listenAddress(settings);
  await app.listen(port, host);
  return { app, url: await app.getUrl() };
}
