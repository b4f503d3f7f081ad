/**
 * The right to be the one projector of a name while it lasts. It is a courtesy that saves work: two that both believe to
 * lead, because a connection broke unnoticed, are made harmless by the checkpoint, which only one of them can move.
 */
export interface Leadership {
  readonly projector: string;
  isHeld(): boolean;
  /** Settles once, when the lead is over: given up by its holder, or lost with the connection. */
  readonly ended: Promise<'resigned' | 'lost'>;
  /** Gives the lead up; another process may have it as soon as this is fulfilled. Harmless when it is over already. */
  resign(): Promise<void>;
}
