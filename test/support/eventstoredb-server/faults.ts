import { Metadata, status, type StatusObject } from '@grpc/grpc-js';

/** The calls that can be made to fail. */
export type FaultyCall = 'features' | 'append' | 'batch-append' | 'read' | 'subscribe' | 'delete' | 'gossip';

/** What goes wrong with one call. */
export type Fault =
  /** Does what was asked and never answers. */
  | { readonly kind: 'drop-response' }
  /** Neither does nor answers. */
  | { readonly kind: 'drop-request' }
  /** Does what was asked, but answers only when the promise settles, so that later calls are answered first. */
  | { readonly kind: 'answer-after'; readonly promise: Promise<void> }
  /** Waits before anything is done. */
  | { readonly kind: 'begin-after'; readonly promise: Promise<void> }
  /** Does what was asked, then breaks the call off. */
  | { readonly kind: 'break'; readonly error: Partial<StatusObject> }
  /** Refuses: nothing is done. */
  | { readonly kind: 'refuse'; readonly error: Partial<StatusObject> }
  /** Ends a read without an error after so many events, as a server that is shut down between two of them. */
  | { readonly kind: 'stall-after'; readonly events: number };

/** Faults that were ordered, taken one by one by the calls that come. */
export class Faults {
  private readonly ordered = new Map<FaultyCall, Fault[]>();
  /** While true, every call is refused as unavailable. */
  isUnavailable = false;
  /** How far the server's clock is ahead of the client's. */
  clockAheadMs = 0;

  /** Orders a fault for the next call of the kind, after those already ordered. */
  next(call: FaultyCall, fault: Fault): void {
    this.ordered.set(call, [...(this.ordered.get(call) ?? []), fault]);
  }

  /** The fault of a call that has just come in. */
  take(call: FaultyCall): Fault | undefined {
    if (this.isUnavailable) return { kind: 'refuse', error: unavailable() };
    return this.ordered.get(call)?.shift();
  }
}

/** What a server says that is starting or stopping. */
export function unavailable(): Partial<StatusObject> {
  return { code: status.UNAVAILABLE, details: 'Server Is Not Ready' };
}

/** What a follower says of a call that only the leader serves. */
export function notLeader(host: string, port: number): Partial<StatusObject> {
  const trailers = { 'leader-endpoint-host': host, 'leader-endpoint-port': `${port}` };
  return exception(status.NOT_FOUND, 'not-leader', trailers);
}

/** An error with the name and the trailers by which clients know it. */
export function exception(
  code: status,
  name: string,
  trailers: Readonly<Record<string, string>>,
): Partial<StatusObject> {
  const metadata = new Metadata();
  metadata.set('exception', name);
  for (const [key, text] of Object.entries(trailers)) metadata.set(key, text);
  return { code, details: name, metadata };
}

type Refuse = (error: Partial<StatusObject>) => void;

/** Does what a fault says before the work is done. False: the work must not be done. */
export async function goesWrongBefore(fault: Fault | undefined, refuse: Refuse): Promise<boolean> {
  if (fault?.kind === 'begin-after') await fault.promise;
  if (fault?.kind === 'refuse') refuse(fault.error);
  return fault?.kind !== 'refuse' && fault?.kind !== 'drop-request';
}

/** Does what a fault says when the work was done. False: the answer must not be given. */
export async function goesWrongAfter(fault: Fault | undefined, refuse: Refuse): Promise<boolean> {
  if (fault?.kind === 'answer-after') await fault.promise;
  if (fault?.kind === 'break') refuse(fault.error);
  return fault?.kind !== 'break' && fault?.kind !== 'drop-response';
}
