import { status, type Metadata, type sendUnaryData, type ServerUnaryCall, type StatusObject } from '@grpc/grpc-js';
import {
  DeleteResp,
  TombstoneResp,
  type AppendReq,
  type DeleteReq,
  type TombstoneReq,
} from '@eventstore/db-client/generated/streams_pb';
import type { Expectation } from './expectation';
import { exception } from './faults';
import { empty, nameOf } from './messages';
import { denied, enter, type ServerState } from './server-state';
import { metastreamOf, TRUNCATED } from './stream-metadata';

/** Streams/Delete: hides everything up to now; revisions go on when somebody writes again. */
export function deleteService(state: ServerState) {
  return (call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>): void => {
    const options = call.request.getOptions();
    const stream = nameOf(options?.getStreamIdentifier());
    const refused = check(state, call.metadata, stream) ?? misjudged(state, stream, expectationOf(options));
    if (refused !== undefined) {
      answer(refused, null);
      return;
    }
    const data = Buffer.from(JSON.stringify({ $tb: TRUNCATED }));
    const event = { id: crypto.randomUUID(), type: '$metadata', contentType: 'application/json', data };
    state.log.append(metastreamOf(stream), 'any', [{ ...event, metadata: new Uint8Array() }]);
    answer(null, new DeleteResp().setNoPosition(empty()));
  };
}

/** Streams/Tombstone: ends the stream for ever. */
export function tombstoneService(state: ServerState) {
  return (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, answer: sendUnaryData<TombstoneResp>): void => {
    const options = call.request.getOptions();
    const stream = nameOf(options?.getStreamIdentifier());
    const refused = check(state, call.metadata, stream) ?? misjudged(state, stream, expectationOf(options));
    if (refused !== undefined) {
      answer(refused, null);
      return;
    }
    state.log.tombstone(stream);
    answer(null, new TombstoneResp().setNoPosition(empty()));
  };
}

/** The right is checked before the expectation, as the server does. */
function check(state: ServerState, metadata: Metadata, stream: string): Partial<StatusObject> | undefined {
  enter(state, 'delete');
  const fault = state.faults.take('delete');
  if (fault?.kind === 'refuse') return fault.error;
  const refused = denied(state, metadata, stream, '$d');
  if (refused !== undefined || !state.log.isTombstoned(stream)) return refused;
  return exception(status.FAILED_PRECONDITION, 'stream-deleted', { 'stream-name': stream });
}

function misjudged(state: ServerState, stream: string, expected: Expectation): Partial<StatusObject> | undefined {
  const head = state.log.headOf(stream);
  if (expected === 'any' || expected === head || (expected === 'exists' && head !== 'none')) return undefined;
  const trailers = { 'stream-name': stream, 'expected-version': expected === 'none' ? '-1' : `${expected}` };
  const actual = head === 'none' ? {} : { 'actual-version': `${head}` };
  return exception(status.FAILED_PRECONDITION, 'wrong-expected-version', { ...trailers, ...actual });
}

type Options = Pick<AppendReq.Options, 'hasAny' | 'hasNoStream' | 'hasStreamExists' | 'getRevision'>;

function expectationOf(options: Options | undefined): Expectation {
  if (options === undefined || options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'none';
  if (options.hasStreamExists()) return 'exists';
  return BigInt(options.getRevision());
}
