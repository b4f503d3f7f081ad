import { Problem, RUNTIME } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { priceContractLine } from '@ledger/tariff';
import { isJsonObject, readJson } from '@ledger/units';
import { Body, Controller, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

/** Prices that are asked for without storing anything. */
@ApiTags('prices')
@Controller('v1/price')
export class PriceController {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Post()
  @HttpCode(200)
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary: 'Price one session without storing anything',
    description:
      'In: tariff or tariffs, timezone, and a session with charging_periods or meter_readings, as one line of the pricing contract. Out: total_cost and its parts.',
  })
  price(@Body() body: unknown): string {
    if (typeof body !== 'string' || body === '') throw new Problem('bad-json', 'the body is empty; JSON is expected');
    const bytes = this.runtime.settings.LEDGER_BODY_BYTES;
    const reading = readJson(body, { bytes, tokens: bytes });
    if (!reading.ok) {
      throw new Problem('bad-json', `${reading.reason}, at character ${reading.offset}`, [
        { code: reading.code, pointer: reading.pointer, because: reading.reason },
      ]);
    }
    const answer = priceContractLine(body);
    const error = errorOf(answer);
    if (error !== undefined) throw new Problem('object-refused', error);
    return answer;
  }
}

function errorOf(answer: string): string | undefined {
  const reading = readJson(answer);
  const error = reading.ok && isJsonObject(reading.value) ? reading.value['error'] : undefined;
  return typeof error === 'string' ? error : undefined;
}
