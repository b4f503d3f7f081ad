import { Readable } from 'node:stream';

import { Problem, RUNTIME, jsonBody } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { JSON_BYTES_MAX } from '@ledger/units';
import { accept, requestTrace } from '@ledger/usecases';
import type { Accepted, Message } from '@ledger/usecases';
import { Controller, Headers, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { AcceptedDto } from './accepted.dto';
import { batchMessages } from './batch-messages';
import { IntakeGate } from './intake-gate';
import { lineMessages } from './line-messages';
import { MeterEventDto } from './meter-event.dto';

/** Events of one batch request at most; a stream of lines has no such limit. */
export const BATCH_EVENTS_MAX = 1_000;

/** Refusals that one answer lists; all of them are in quarantine and counted. */
export const REFUSALS_LISTED_MAX = 1_000;

const TYPES = ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/x-ndjson'];

/** Takes meter events in three forms and answers once they are durable. */
@ApiTags('intake')
@Controller('v1/meter-events')
export class MeterEventsController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly gate: IntakeGate,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Hand over meter events',
    description:
      'One CloudEvent, a batch of up to 1,000, or a stream of lines of any length taken with back-pressure. Answers when ' +
      'all are durable: on the feed, or in quarantine with the reason. One bad event never fails its neighbours.',
  })
  @ApiConsumes(...TYPES)
  @ApiBody({ type: MeterEventDto })
  @ApiAcceptedResponse({ type: AcceptedDto })
  async take(
    @Headers('content-type') contentType: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedDto> {
    const [type = ''] = (contentType ?? '').toLowerCase().split(';', 1);
    const { engines, logger } = this.runtime;
    const trace = requestTrace(request.headers) ?? engines.random.uuid().replaceAll('-', '');
    void reply.header('x-request-id', trace);
    const answer = await this.gate.pass(() => this.takeBody(type.trim(), request.body, trace));
    const { accepted, quarantinedTotal } = answer;
    logger[quarantinedTotal === 0 ? 'debug' : 'info'](
      { trace, accepted, quarantined: quarantinedTotal },
      'took messages',
    );
    return answer;
  }

  private async takeBody(type: string, body: unknown, trace: string): Promise<AcceptedDto> {
    const answer = new Answer();
    switch (type) {
      case 'application/cloudevents+json':
      case 'application/json':
        jsonBody(body, JSON_BYTES_MAX);
        answer.add(await this.accept([{ text: body as string }], trace));
        return answer.given();
      case 'application/cloudevents-batch+json':
        answer.add(await this.accept(this.batch(body), trace));
        return answer.given();
      case 'application/x-ndjson':
        if (!(body instanceof Readable))
          throw new Problem('bad-request', 'the body is empty; one CloudEvent a line is expected');
        await this.takeLines(body, answer, trace);
        return answer.given();
      default:
        throw new Problem('media-type-unknown', `the media type is not taken; use one of ${TYPES.join(', ')}`);
    }
  }

  private batch(body: unknown): readonly Message[] {
    const bytes = body instanceof Uint8Array ? body : new Uint8Array();
    const reading = batchMessages(bytes, { members: BATCH_EVENTS_MAX, memberBytes: JSON_BYTES_MAX });
    if (!reading.ok) {
      const { code, reason, at } = reading;
      if (code === 'not-an-array') throw new Problem('bad-request', reason);
      throw new Problem('bad-json', `${reason}, at byte ${at}`, [{ code, pointer: '', because: reason }]);
    }
    if (reading.total > BATCH_EVENTS_MAX) {
      throw new Problem(
        'too-large',
        `a batch holds at most ${BATCH_EVENTS_MAX} events, this one ${reading.total}; send lines instead`,
      );
    }
    return reading.messages;
  }

  private async takeLines(stream: Readable, answer: Answer, trace: string): Promise<void> {
    const lines = this.runtime.settings.LEDGER_INTAKE_CHUNK;
    for await (const messages of lineMessages(stream, { lines, lineBytes: JSON_BYTES_MAX })) {
      answer.add(await this.accept(messages, trace), messages.length);
    }
  }

  private accept(messages: readonly Message[], trace: string): Promise<Accepted> {
    const { engines, crash, tenant } = this.runtime;
    return accept({ ...engines, crash }, { tenant, trace }, messages);
  }
}

/** Adds up what became of the parts of one request, in bounded memory. */
class Answer {
  private accepted = 0;
  private total = 0;
  private seen = 0;
  private readonly listed: Accepted['quarantined'][number][] = [];

  add({ accepted, quarantined }: Accepted, messages = 1): void {
    this.accepted += accepted;
    this.total += quarantined.length;
    for (const refusal of quarantined) {
      if (this.listed.length < REFUSALS_LISTED_MAX) this.listed.push({ ...refusal, index: this.seen + refusal.index });
    }
    this.seen += messages;
  }

  given(): AcceptedDto {
    return { accepted: this.accepted, quarantined: this.listed, quarantinedTotal: this.total };
  }
}
