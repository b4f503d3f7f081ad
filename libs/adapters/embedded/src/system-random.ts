import type { Random } from '@ledger/ports';
import { randomBytes, randomUUID } from 'node:crypto';

/** The machine's cryptographic source of chance. */
export class SystemRandom implements Random {
  uuid(): string {
    return randomUUID();
  }

  bytes(length: number): Uint8Array {
    return randomBytes(length);
  }
}
