/** One message that could not be understood. It is kept whole in quarantine. */
export class RefusalDto {
  /** Place of the message in the request, from 0. */
  index!: number;
  /** The message's own id, where it told one. */
  id?: string;
  /** Public code of the reason. */
  code!: string;
  reason!: string;
  /** JSON pointer of the place in the message. */
  pointer?: string;
  /** Id under which it is kept, for `GET /v1/quarantine` and a retry. */
  quarantine!: string;
}

/** What became of the messages of a request; all of them are durable. */
export class AcceptedDto {
  /** Messages that are on the feed. */
  accepted!: number;
  /** Messages in quarantine; at most 1,000 are listed. */
  quarantined!: RefusalDto[];
  /** All messages in quarantine, also those that are not listed. */
  quarantinedTotal!: number;
}
