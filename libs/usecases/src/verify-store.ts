import { verifyChain } from '@ledger/audit';
import type { ChainFinding } from '@ledger/audit';
import type { EventStore } from '@ledger/ports';

/** The streams whose chains are checked. */
export const CHAINED_PREFIXES = [
  'session-',
  'station-',
  'tariff-',
  'location-',
  'charge-',
  'key-',
  'subject-',
  'access-',
] as const;

/** What checking the store found. */
export interface StoreReport {
  readonly streams: number;
  readonly events: number;
  /** All findings, also those that are not listed. */
  readonly found: number;
  readonly findings: readonly ChainFinding[];
}

/** Most findings that are listed; the others are counted. */
export const STORE_FINDINGS_MAX = 1_000;

/**
 * Recomputes every chain of the store: revisions without a gap, each event linked to the one before, stored bytes in
 * canonical form (`audit.md`, sections 1 and 2). Reads the global order once.
 */
export async function verifyStore(
  store: EventStore,
  onProgress?: (progress: { readonly events: number }) => void,
): Promise<StoreReport> {
  const checkers = new Map<string, ReturnType<typeof verifyChain>>();
  const findings: ChainFinding[] = [];
  let events = 0;
  let found = 0;
  for await (const batch of store.readAll({ prefixes: CHAINED_PREFIXES, after: 'none' })) {
    for (const event of batch.events) {
      const checker = checkers.get(event.stream) ?? verifyChain(event.stream);
      checkers.set(event.stream, checker);
      for (const finding of checker.check(event)) {
        found += 1;
        if (findings.length < STORE_FINDINGS_MAX) findings.push(finding);
      }
      events += 1;
    }
    onProgress?.({ events });
  }
  return { streams: checkers.size, events, found, findings };
}
