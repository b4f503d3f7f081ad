import type { Statement } from '@ledger/meter';
import type { Instant } from '@ledger/units';
import type { Origin, Verdict } from './events';
import { statementBytes } from './statement-bytes';

/** A statement as a session keeps it, with the verdict it got and where it stands in the stream. */
export interface Kept {
  readonly statement: Statement;
  readonly origin: Origin | undefined;
  readonly verdict: Verdict;
  readonly revision: number;
}

interface Entry extends Kept {
  readonly index: number;
  readonly bytes: number;
  /** The entry of the same identity that was kept before this one. */
  readonly earlier: Entry | undefined;
}

interface Backing {
  readonly list: Entry[];
  readonly latest: Map<string, Entry>;
}

/**
 * The statements of a session, append-only and immutable: `with` gives a new collection and leaves the old one as it was.
 * Versions share one backing list, so adding to the newest costs O(1); adding to an older version copies it once.
 */
export class KeptStatements {
  static readonly none = new KeptStatements({ list: [], latest: new Map() }, 0, 0);

  private constructor(
    private readonly backing: Backing,
    readonly size: number,
    /** Roughly how much memory the statements take. */
    readonly bytes: number,
  ) {}

  /** All contents held under an identity, the newest first; more than one only after a conflict. */
  *of(identity: string): Generator<Kept> {
    for (let entry = this.backing.latest.get(identity); entry !== undefined; entry = entry.earlier) {
      if (entry.index < this.size) yield entry;
    }
  }

  /** The content held last under an identity. */
  latest(identity: string): Kept | undefined {
    let entry = this.backing.latest.get(identity);
    while (entry !== undefined && entry.index >= this.size) entry = entry.earlier;
    return entry;
  }

  /** Tells whether any content is held under the identity. */
  has(identity: string): boolean {
    return this.latest(identity) !== undefined;
  }

  /** The statements in the order in which they were kept. */
  statements(): readonly Statement[] {
    const { list } = this.backing;
    const kept = list.length === this.size ? list : list.slice(0, this.size);
    return kept.map(({ statement }) => statement);
  }

  /** The collection with one more. The same addition to the same collection a second time costs nothing either. */
  with(kept: Kept): KeptStatements {
    const next = this.backing.list[this.size];
    if (next !== undefined && isSame(next, kept)) {
      return new KeptStatements(this.backing, this.size + 1, this.bytes + next.bytes);
    }
    const backing = this.backing.list.length === this.size && this.size > 0 ? this.backing : this.copied();
    const { identity } = kept.statement;
    const { statement, origin, verdict, revision } = kept;
    const earlier = backing.latest.get(identity);
    const bytes = statementBytes(statement);
    const entry: Entry = { statement, origin, verdict, revision, index: this.size, bytes, earlier };
    backing.list.push(entry);
    backing.latest.set(identity, entry);
    return new KeptStatements(backing, this.size + 1, this.bytes + bytes);
  }

  /** The collection without some of its statements. O(n): statements move rarely. */
  without(isGone: (kept: Kept) => boolean): KeptStatements {
    const left = this.all().filter((kept) => !isGone(kept));
    return left.reduce<KeptStatements>((some, kept) => some.with(kept), KeptStatements.none);
  }

  /** The collection in which a statement was received at an earlier time. O(n): copies come in order of receipt but for mishaps. */
  receivedEarlier(copy: {
    readonly identity: string;
    readonly digest: string;
    readonly receivedAt: Instant;
  }): KeptStatements {
    const { identity, digest, receivedAt } = copy;
    return this.all().reduce<KeptStatements>((some, kept) => {
      const isIt = kept.statement.identity === identity && kept.statement.digest === digest;
      return some.with(isIt ? { ...kept, statement: { ...kept.statement, receivedAt } } : kept);
    }, KeptStatements.none);
  }

  /** All that is kept, in order. */
  all(): readonly Kept[] {
    return this.backing.list.slice(0, this.size);
  }

  private copied(): Backing {
    const list = this.backing.list.slice(0, this.size);
    return { list, latest: new Map(list.map((entry) => [entry.statement.identity, entry])) };
  }
}

function isSame(entry: Entry, kept: Kept): boolean {
  return (
    entry.statement === kept.statement &&
    entry.origin === kept.origin &&
    entry.verdict === kept.verdict &&
    entry.revision === kept.revision
  );
}
