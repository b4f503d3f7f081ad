import { join } from 'node:path';

import { DiskFiles } from '@ledger/adapters/embedded';
import { Problem } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import type { OcpiVersion } from '@ledger/tariff';
import { sha256Hex } from '@ledger/units';
import type { Digest } from '@ledger/units';

/** Partners that can be registered. */
export const OCPI_PARTNERS_MAX = 1_000;
/** Random bytes of a credentials token; 64 hex digits, the longest that OCPI allows. */
const TOKEN_BYTES = 32;

/** The role of a partner, by which it is known. */
export interface PartnerRole {
  readonly role: string;
  readonly countryCode: string;
  readonly partyId: string;
}

/** A partner that exchanged credentials. Of its token only the digest is kept; its own secrets are not kept at all. */
export interface Partner {
  readonly tokenDigest: Digest;
  readonly version: OcpiVersion;
  readonly url: string;
  readonly roles: readonly PartnerRole[];
  readonly since: string;
}

/** What a partner says of itself. */
export type NewPartner = Omit<Partner, 'tokenDigest' | 'since'>;

/** Who calls: somebody with the token to register with, or a registered partner. */
export type Caller =
  | { readonly kind: 'registering'; readonly token: string }
  | { readonly kind: 'partner'; readonly token: string; readonly partner: Partner };

/** The partners of this ledger: a small file that survives restarts whole. */
export class Partners {
  private readonly files: DiskFiles;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly runtime: Runtime) {
    this.files = new DiskFiles(join(runtime.settings.LEDGER_DATA, 'files'));
  }

  /** Reads `Authorization: Token <base64>`. @throws Problem not-authorised (OCPI 2.3.0, Transport and format, 4.1.2) */
  async callerOf(authorization: string | undefined): Promise<Caller> {
    const [, encoded = ''] = /^Token ([\x21-\x7e]{1,1000})$/.exec(authorization ?? '') ?? [];
    const registration = this.runtime.settings.LEDGER_OCPI_TOKEN;
    const token = Buffer.from(encoded, 'base64').toString('utf8').trim();
    const digest = sha256Hex(token);
    if (token !== '' && registration !== undefined && digest === sha256Hex(registration)) {
      return { kind: 'registering', token };
    }
    const partner = token === '' ? undefined : (await this.all()).find(({ tokenDigest }) => tokenDigest === digest);
    if (partner !== undefined) return { kind: 'partner', token, partner };
    throw new Problem(
      'not-authorised',
      registration === undefined
        ? 'no partner can connect until LEDGER_OCPI_TOKEN is set'
        : 'the credentials token is not known; it is sent as "Authorization: Token" with its Base64',
    );
  }

  /** The partner who calls. @throws Problem not-authorised, for a token that only registers too */
  async partnerOf(authorization: string | undefined): Promise<Partner> {
    const caller = await this.callerOf(authorization);
    if (caller.kind === 'partner') return caller.partner;
    throw new Problem('not-authorised', 'this token opens versions and credentials alone; register with it first');
  }

  /** Registers a partner and gives its token. @throws Problem method-not-allowed when one of its roles is registered */
  register(fresh: NewPartner): Promise<string> {
    return this.issue(fresh, (all) => {
      if (all.some(({ roles }) => roles.some((role) => fresh.roles.some((own) => isSame(role, own))))) {
        throw new Problem('method-not-allowed', 'the partner is registered already; use PUT');
      }
      if (all.length >= OCPI_PARTNERS_MAX) throw new Problem('too-many-requests', 'there are too many partners');
      return all;
    });
  }

  /** Replaces what is known of a partner and gives it a new token; the old one opens nothing any more. */
  update(known: Partner, fresh: NewPartner): Promise<string> {
    return this.issue(fresh, (all) => all.filter(({ tokenDigest }) => tokenDigest !== known.tokenDigest));
  }

  /** Forgets a partner. */
  async remove(known: Partner): Promise<void> {
    await this.serially(async () => {
      const all = await this.all();
      await this.save(all.filter(({ tokenDigest }) => tokenDigest !== known.tokenDigest));
    });
  }

  private issue(fresh: NewPartner, kept: (all: readonly Partner[]) => readonly Partner[]): Promise<string> {
    const { random, clock } = this.runtime.engines;
    return this.serially(async () => {
      const token = Buffer.from(random.bytes(TOKEN_BYTES)).toString('hex');
      const partner: Partner = { ...fresh, tokenDigest: sha256Hex(token), since: clock.now() };
      await this.save([...kept(await this.all()), partner]);
      return token;
    });
  }

  private async all(): Promise<readonly Partner[]> {
    const bytes = await this.files.read(FILE);
    return bytes === undefined ? [] : (JSON.parse(Buffer.from(bytes).toString('utf8')) as readonly Partner[]);
  }

  private save(partners: readonly Partner[]): Promise<void> {
    return this.files.write(FILE, `${JSON.stringify(partners, undefined, 2)}\n`);
  }

  /** One change after the other. */
  private serially<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.writing.then(work, work);
    this.writing = done.catch(() => undefined);
    return done;
  }
}

const FILE = 'ocpi/partners.json';

function isSame(one: PartnerRole, other: PartnerRole): boolean {
  return (
    one.role === other.role &&
    one.countryCode.toLowerCase() === other.countryCode.toLowerCase() &&
    one.partyId.toLowerCase() === other.partyId.toLowerCase()
  );
}
