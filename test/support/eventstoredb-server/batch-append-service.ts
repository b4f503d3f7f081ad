import { type ServerDuplexStream, type StatusObject } from '@grpc/grpc-js';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { Message } from 'google-protobuf';
import { Code } from '@eventstore/db-client/generated/code_pb';
import { Status } from '@eventstore/db-client/generated/status_pb';
import {
  AccessDenied,
  BadRequest,
  MaximumAppendSizeExceeded,
  StreamDeleted,
  Timeout,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb';
import { BatchAppendResp, type BatchAppendReq } from '@eventstore/db-client/generated/streams_pb';
import { APPEND_BYTES_LIMIT, type Appended } from './event-log';
import type { Expectation } from './expectation';
import { goesWrongAfter, goesWrongBefore } from './faults';
import { allPosition, identifierOf, nameOf, proposedOf } from './messages';
import { denied, enter, type OpenCall, type ServerState } from './server-state';

type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** The parts of one append that came so far. */
interface Pending {
  readonly first: BatchAppendReq;
  readonly messages: BatchAppendReq.ProposedMessage[];
}

/** Streams/BatchAppend: all appends of a client on one call, each answered under its correlation id. */
export function batchAppendService(state: ServerState) {
  return (call: Call): void => {
    enter(state, 'batch-append');
    const open: OpenCall = { name: 'batch-append', fail: (error) => void call.emit('error', error) };
    state.open.add(open);
    const pending = new Map<string, Pending>();
    call.on('data', (request: BatchAppendReq) => {
      const id = request.getCorrelationId()?.getString() ?? '';
      const parts = pending.get(id) ?? { first: request, messages: [] };
      parts.messages.push(...request.getProposedMessagesList());
      pending.set(id, parts);
      if (!request.getIsFinal()) return;
      pending.delete(id);
      void answerAppend(state, call, parts);
    });
    call.on('error', () => state.open.delete(open));
    call.on('cancelled', () => state.open.delete(open));
    call.on('end', () => {
      state.open.delete(open);
      call.end();
    });
  };
}

async function answerAppend(state: ServerState, call: Call, parts: Pending): Promise<void> {
  enter(state, 'batched');
  const fault = state.faults.take('batch-append');
  const refuse = (error: Partial<StatusObject>): void => void call.emit('error', error);
  if (!(await goesWrongBefore(fault, refuse))) return;
  const response = perform(state, call, parts);
  if (await goesWrongAfter(fault, refuse)) call.write(response);
}

function perform(state: ServerState, call: Call, parts: Pending): BatchAppendResp {
  const options = parts.first.getOptions();
  const stream = nameOf(options?.getStreamIdentifier());
  const response = new BatchAppendResp()
    .setCorrelationId(parts.first.getCorrelationId())
    .setStreamIdentifier(identifierOf(stream));
  const until = options?.getDeadline()?.toDate().getTime() ?? Infinity;
  if (until <= Date.now() + state.faults.clockAheadMs) {
    return response.setError(failure(Code.DEADLINE_EXCEEDED, 'Timeout', new Timeout()));
  }
  if (denied(state, call.metadata, stream, '$w') !== undefined) {
    return response.setError(failure(Code.PERMISSION_DENIED, 'AccessDenied', new AccessDenied()));
  }
  const events = parts.messages.map(proposedOf);
  if (events.includes(undefined)) {
    return response.setError(failure(Code.INVALID_ARGUMENT, 'BadRequest', new BadRequest()));
  }
  const expected = expectationOf(options);
  const outcome = state.log.append(
    stream,
    expected,
    events.filter((event) => event !== undefined),
  );
  return answered(response, outcome, { stream, expected });
}

function answered(
  response: BatchAppendResp,
  outcome: Appended,
  asked: { readonly stream: string; readonly expected: Expectation },
): BatchAppendResp {
  switch (outcome.kind) {
    case 'success': {
      const success = new BatchAppendResp.Success().setCurrentRevision(`${outcome.revision}`);
      return response.setSuccess(success.setPosition(allPosition(outcome.position)));
    }
    case 'conflict':
      return response.setError(
        failure(Code.FAILED_PRECONDITION, 'WrongExpectedVersion', conflictOf(outcome.current, asked.expected)),
      );
    case 'too-large': {
      const detail = new MaximumAppendSizeExceeded().setMaxappendsize(APPEND_BYTES_LIMIT);
      return response.setError(failure(Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', detail));
    }
    case 'deleted': {
      const detail = new StreamDeleted().setStreamIdentifier(identifierOf(asked.stream));
      return response.setError(failure(Code.FAILED_PRECONDITION, 'StreamDeleted', detail));
    }
  }
}

function failure(code: Code, name: string, detail: Message): Status {
  const packed = new Any();
  packed.pack(detail.serializeBinary(), `event_store.client.${name}`);
  return new Status().setCode(code).setMessage(name).setDetails(packed);
}

function conflictOf(current: bigint | 'none', expected: Expectation): WrongExpectedVersion {
  const conflict = new WrongExpectedVersion();
  if (current === 'none') conflict.setCurrentNoStream(new Empty());
  else conflict.setCurrentStreamRevision(`${current}`);
  if (expected === 'none') return conflict.setExpectedNoStream(new Empty());
  if (expected === 'any') return conflict.setExpectedAny(new Empty());
  if (expected === 'exists') return conflict.setExpectedStreamExists(new Empty());
  return conflict.setExpectedStreamPosition(`${expected}`);
}

function expectationOf(options: BatchAppendReq.Options | undefined): Expectation {
  if (options === undefined || options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'none';
  if (options.hasStreamExists()) return 'exists';
  return BigInt(options.getStreamPosition());
}
