import { Problem, RUNTIME, dtoBody, jsonBody } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { lintTariff, parseTariff, tariffDigest } from '@ledger/tariff';
import type { Tariff, TariffFinding } from '@ledger/tariff';
import { isJsonObject, parseInstant, writeJson } from '@ledger/units';
import type { Instant } from '@ledger/units';
import { PreviewSums, previewTariff } from '@ledger/usecases';
import type { PreviewQuestion, PreviewTotals, PreviewedSession } from '@ledger/usecases';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import { BillingParts } from './billing-parts';
import { PreviewDto } from './preview.dto';

/** Sessions that one preview lists; all of them count in the sums. */
export const PREVIEW_ITEMS_MAX = 10_000;

/** What a proposed tariff would have cost. */
export interface Preview {
  readonly tariff: { readonly id: string; readonly version: string; readonly digest: string };
  readonly warnings: readonly TariffFinding[];
  readonly by: 'session' | 'station' | 'month';
  readonly items: readonly (PreviewedSession | PreviewTotals)[];
  /** How many items there are; a list is cut after `PREVIEW_ITEMS_MAX`. */
  readonly itemsTotal: number;
  readonly totals: readonly PreviewTotals[];
}

/** Tries a tariff on the stored history. */
@ApiTags('tariffs')
@Controller('v1/tariffs/preview')
export class PreviewsController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly parts: BillingParts,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Price a proposed tariff over the stored sessions and show the difference; stores nothing',
    description:
      'Body: `tariff` (an OCPI Tariff), and if wanted `station`, `location`, `from`, `to` and `by` (session, station, month).',
  })
  async preview(@Body() body: unknown): Promise<Preview> {
    const { LEDGER_BODY_BYTES: bytes } = this.runtime.settings;
    const value = jsonBody(body, bytes);
    if (!isJsonObject(value)) throw new Problem('bad-request', 'a JSON object is expected');
    const { tariff: proposed, ...filters } = value;
    const { tariff, warnings } = tariffIn(proposed);
    const { by = 'session', ...rest } = dtoBody(PreviewDto, writeJson(filters), bytes);
    const found = await this.collect({ tenant: this.runtime.tenant, tariff, ...questionOf(rest) }, by);
    const { id, lastUpdated } = tariff;
    return { tariff: { id, version: lastUpdated, digest: tariffDigest(tariff) }, warnings, by, ...found };
  }

  private async collect(
    question: PreviewQuestion,
    by: Preview['by'],
  ): Promise<Pick<Preview, 'items' | 'itemsTotal' | 'totals'>> {
    const listed: PreviewedSession[] = [];
    const sums = new PreviewSums((session) => (by === 'session' ? '' : session[by]));
    const all = new PreviewSums(() => '');
    let sessions = 0;
    for await (const session of previewTariff(this.parts, question)) {
      sessions += 1;
      sums.add(session);
      all.add(session);
      if (by === 'session' && listed.length < PREVIEW_ITEMS_MAX) listed.push(session);
    }
    const items = by === 'session' ? listed : sums.totals();
    return { items, itemsTotal: by === 'session' ? sessions : items.length, totals: all.totals() };
  }
}

function tariffIn(value: unknown): { readonly tariff: Tariff; readonly warnings: readonly TariffFinding[] } {
  const outcome = parseTariff(value);
  if (outcome.ok) return { tariff: outcome.tariff, warnings: [...outcome.warnings, ...lintTariff(outcome.tariff)] };
  const findings = outcome.findings.map((finding) => ({ ...finding, pointer: `/tariff${finding.pointer}` }));
  throw new Problem('object-refused', 'the tariff is refused', findings);
}

function questionOf({ station, location, from, to }: PreviewDto): Pick<PreviewQuestion, 'where' | 'from' | 'to'> {
  return {
    where: { ...(station === undefined ? {} : { station }), ...(location === undefined ? {} : { location }) },
    ...instantIn('from', from),
    ...instantIn('to', to),
  };
}

function instantIn(name: 'from' | 'to', text: string | undefined): { readonly from?: Instant; readonly to?: Instant } {
  if (text === undefined) return {};
  const instant = parseInstant(text);
  if (instant !== undefined) return { [name]: instant };
  throw new Problem('object-refused', `${name} is a date and time`, [
    { code: 'at-invalid', pointer: `/${name}`, because: 'no such moment' },
  ]);
}
