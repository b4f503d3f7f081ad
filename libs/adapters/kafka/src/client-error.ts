import { KafkaJSProtocolError, type LogEntry } from 'kafkajs';

const CAUSES_MAX = 10;

/** The error and what caused it, outermost first. */
export function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  let next = error;
  while (next instanceof Error && causes.length < CAUSES_MAX) {
    causes.push(next);
    next = next.cause;
  }
  return causes;
}

/** How the client names errors of the network, as opposed to refusals of a broker. */
const OF_NETWORK = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
]);

/** Whether no broker could be asked at all. Only the origin tells: the client wraps whatever it stops trying. */
export function isUnreachable(error: unknown): boolean {
  return OF_NETWORK.has(causesOf(error).at(-1)?.name ?? '');
}

/** Kafka's own names of errors (`REBALANCE_IN_PROGRESS` …) along the causes of an error of the client. */
export function kafkaTypesOf(error: unknown): readonly string[] {
  return causesOf(error).flatMap((cause) => {
    const type: unknown = Reflect.get(cause, 'type');
    return typeof type === 'string' ? [type] : [];
  });
}

/** The words of the client for `UNKNOWN_TOPIC_OR_PARTITION`; of an answer of the broker it tells nothing else. */
const UNKNOWN_TOPIC = 'This server does not host this topic-partition';

/** Listens to what the client logs, and calls back when the broker did not know a topic that it was asked for. */
export function onUnknownTopic(act: () => void): (entry: LogEntry) => void {
  return ({ log }) => {
    if (log['error'] === UNKNOWN_TOPIC) act();
  };
}

/** Thrown to the client where it handed a batch over, it makes the client join its group anew and ask for the offsets. */
export function joinAnew(): Error {
  const reason = new Error('where the group stands must be asked anew');
  return new KafkaJSProtocolError(Object.assign(reason, { type: 'REBALANCE_IN_PROGRESS', retriable: true }));
}
