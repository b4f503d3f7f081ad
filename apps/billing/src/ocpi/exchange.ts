import { Problem } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { ocpiVersionOf } from '@ledger/tariff';
import type { OcpiParty, OcpiVersion } from '@ledger/tariff';
import type { FastifyRequest } from 'fastify';

/** The version that a path names. @throws Problem not-found */
export function versionIn(path: string): OcpiVersion {
  const version = ocpiVersionOf(path);
  if (version === undefined) throw new Problem('not-found', `OCPI ${path.slice(0, 20)} is not spoken here`);
  return version;
}

/** The address of this service as the caller sees it. */
export function baseUrl({ settings }: Pick<Runtime, 'settings'>, request: FastifyRequest): string {
  const host = request.headers.host ?? settings.LEDGER_HTTP;
  return `${settings.LEDGER_OCPI_URL ?? `${request.protocol}://${host}`}/ocpi`;
}

/** The party of this ledger. */
export function ownParty({ settings }: Pick<Runtime, 'settings'>): OcpiParty {
  const [countryCode = '', partyId = ''] = (settings.LEDGER_OCPI_PARTY ?? '').split('*');
  return { countryCode, partyId };
}
