import { status, type sendUnaryData, type ServerReadableStream, type StatusObject } from '@grpc/grpc-js';
import { AppendResp, type AppendReq } from '@eventstore/db-client/generated/streams_pb';
import { APPEND_BYTES_LIMIT, type Appended } from './event-log';
import type { Expectation } from './expectation';
import { exception, goesWrongAfter, goesWrongBefore } from './faults';
import { empty, nameOf, proposedOf } from './messages';
import { denied, enter, type ServerState } from './server-state';
import type { ProposedEvent } from './stored-event';

type Answer = sendUnaryData<AppendResp>;

/** Streams/Append: one call for one append. */
export function appendService(state: ServerState) {
  return (call: ServerReadableStream<AppendReq, AppendResp>, answer: Answer): void => {
    enter(state, 'append');
    const messages: AppendReq[] = [];
    call.on('data', (message: AppendReq) => messages.push(message));
    call.on('error', () => undefined);
    call.on('end', () => void answerAppend(state, call, messages, answer));
  };
}

async function answerAppend(
  state: ServerState,
  call: ServerReadableStream<AppendReq, AppendResp>,
  messages: readonly AppendReq[],
  answer: Answer,
): Promise<void> {
  const fault = state.faults.take('append');
  const refuse = (error: Partial<StatusObject>): void => answer(error, null);
  if (!(await goesWrongBefore(fault, refuse))) return;
  const options = messages[0]?.getOptions();
  const stream = nameOf(options?.getStreamIdentifier());
  const events = messages.flatMap((message) => message.getProposedMessage() ?? []).map(proposedOf);
  const refused = denied(state, call.metadata, stream, '$w') ?? malformed(events);
  if (refused !== undefined) {
    refuse(refused);
    return;
  }
  const expected = expectationOf(options);
  const proposed = events.filter((event) => event !== undefined);
  const outcome = state.log.append(stream, expected, proposed);
  if (await goesWrongAfter(fault, refuse)) reply(outcome, { stream, expected }, answer);
}

function malformed(events: readonly (ProposedEvent | undefined)[]): Partial<StatusObject> | undefined {
  return events.includes(undefined) ? { code: status.INVALID_ARGUMENT, details: 'an event id is no UUID' } : undefined;
}

function reply(
  outcome: Appended,
  asked: { readonly stream: string; readonly expected: Expectation },
  answer: Answer,
): void {
  switch (outcome.kind) {
    case 'success':
      answer(null, new AppendResp().setSuccess(successOf(outcome)));
      break;
    case 'conflict':
      answer(null, new AppendResp().setWrongExpectedVersion(conflictOf(outcome.current, asked.expected)));
      break;
    case 'too-large': {
      const trailers = { 'maximum-append-size': `${APPEND_BYTES_LIMIT}` };
      answer(exception(status.INVALID_ARGUMENT, 'maximum-append-size-exceeded', trailers), null);
      break;
    }
    case 'deleted':
      answer(exception(status.FAILED_PRECONDITION, 'stream-deleted', { 'stream-name': asked.stream }), null);
  }
}

function successOf(outcome: { readonly revision: bigint; readonly position: bigint }): AppendResp.Success {
  const position = new AppendResp.Position();
  position.setCommitPosition(`${outcome.position}`).setPreparePosition(`${outcome.position}`);
  return new AppendResp.Success().setCurrentRevision(`${outcome.revision}`).setPosition(position);
}

function conflictOf(current: bigint | 'none', expected: Expectation): AppendResp.WrongExpectedVersion {
  const conflict = new AppendResp.WrongExpectedVersion();
  if (current === 'none') conflict.setCurrentNoStream(empty());
  else conflict.setCurrentRevision(`${current}`);
  if (expected === 'none') return conflict.setExpectedNoStream(empty());
  if (expected === 'any') return conflict.setExpectedAny(empty());
  if (expected === 'exists') return conflict.setExpectedStreamExists(empty());
  return conflict.setExpectedRevision(`${expected}`);
}

function expectationOf(options: AppendReq.Options | undefined): Expectation {
  if (options === undefined || options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'none';
  if (options.hasStreamExists()) return 'exists';
  return BigInt(options.getRevision());
}
