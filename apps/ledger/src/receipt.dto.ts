/** The answer to one delivery of one message. */
export class ReceiptDto {
  tenant!: string;
  gateway!: string;
  /** The producer's message id. */
  id!: string;
  /** recorded, duplicate, conflicting, late, inferred, quarantined, or no-fact for a message that tells nothing metered. */
  verdict!: string;
  session?: string;
  /** Revision of the fact in the session's stream. */
  revision?: string;
  code?: string;
  reason?: string;
  receivedAt!: string;
  /** When the verdict was given. */
  at!: string;
  earlier?: ReceiptDto[];
}
