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

/** Kafka's own names of errors (`REBALANCE_IN_PROGRESS` …) along the causes of an error of the client. */
export function kafkaTypesOf(error: unknown): readonly string[] {
  return causesOf(error).flatMap((cause) => {
    const type: unknown = Reflect.get(cause, 'type');
    return typeof type === 'string' ? [type] : [];
  });
}
