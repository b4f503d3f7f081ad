import { JsonNumber, isJsonArray, isJsonObject, readJson } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';

/** An answer of an OCPI endpoint. */
export interface OcpiAnswer {
  readonly http: number;
  readonly headers: Headers;
  readonly code: string;
  readonly data: JsonValue | undefined;
  readonly envelope: JsonObject;
}

/** A partner's client, as small as one can be: one request, or all pages of a module. */
export class OcpiClient {
  constructor(
    private readonly url: string,
    readonly token: string,
  ) {}

  async ask(path: string, request: { readonly method?: string; readonly body?: object } = {}): Promise<OcpiAnswer> {
    const { method = 'GET', body } = request;
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        authorization: `Token ${Buffer.from(this.token).toString('base64')}`,
        'x-request-id': 'request-1',
        'x-correlation-id': 'correlation-1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const reading = readJson(await response.text(), { bytes: 10_000_000, tokens: 1_000_000 });
    if (!reading.ok || !isJsonObject(reading.value)) throw new Error(`${path} is not answered with an object`);
    const { status_code: code, data } = reading.value;
    return { http: response.status, headers: response.headers, code: numberText(code), data, envelope: reading.value };
  }

  /** Follows `Link` from page to page. */
  async pull(
    path: string,
  ): Promise<{ readonly objects: readonly JsonObject[]; readonly pages: number; readonly total: string }> {
    const objects: JsonObject[] = [];
    let next: string | undefined = path;
    let [pages, total] = [0, ''];
    while (next !== undefined && pages < PAGES_MAX) {
      const answer: OcpiAnswer = await this.ask(next);
      if (answer.code !== '1000' || !isJsonArray(answer.data)) throw new Error(JSON.stringify(answer.envelope));
      objects.push(...answer.data.filter(isJsonObject));
      pages += 1;
      total = answer.headers.get('x-total-count') ?? '';
      next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    return { objects, pages, total };
  }
}

const PAGES_MAX = 1_000;

function numberText(value: JsonValue | undefined): string {
  return value instanceof JsonNumber ? value.text : '';
}
