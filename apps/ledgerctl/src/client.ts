import { CommandFailed, EXIT, badInput } from './exit';

/** Where the service is, unless `--url` or `LEDGER_URL` says otherwise. */
export const URL_DEFAULT = 'http://127.0.0.1:8080';

/** Attempts at one request while the service answers that it is full or away, and the wait between them in ms. */
export const REQUEST_ATTEMPTS_MAX = 60;
export const REQUEST_WAIT_MS = 1_000;

/** A request to the service. */
export interface Request_ {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly contentType?: string;
  readonly body?: string;
}

/** Speaks HTTP with the service: answers are JSON, problems become errors that name code, place and reason. */
export class Client {
  /** @throws CommandFailed for a text that is no URL */
  constructor(private readonly url: string) {
    if (!/^https?:/.test(url) || !URL.canParse(url)) throw badInput(`${url} is no URL such as ${URL_DEFAULT}`);
  }

  /** The JSON answer. @throws CommandFailed not reachable, or refused with the problem's reason */
  async json<Answer>(path: string, request: Request_ = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.send(path, request);
      if (response.ok) return (await response.json()) as Answer;
      const isBusy = response.status === 429 || response.status === 503;
      if (isBusy && attempt < REQUEST_ATTEMPTS_MAX) {
        await response.body?.cancel();
        await new Promise((resolve) => setTimeout(resolve, REQUEST_WAIT_MS));
        continue;
      }
      throw new CommandFailed(await problemText(response), isBusy ? EXIT.notReachable : EXIT.badInput);
    }
  }

  private async send(
    path: string,
    { method = 'GET', contentType = 'application/json', body }: Request_,
  ): Promise<Response> {
    try {
      return await fetch(new URL(path, this.url), {
        method,
        ...(body === undefined ? {} : { body: body, headers: { 'content-type': contentType } }),
      });
    } catch (error) {
      throw new CommandFailed(`${this.url} cannot be reached: ${reasonOf(error)}`, EXIT.notReachable, { cause: error });
    }
  }
}

interface ProblemDocument {
  readonly code?: string;
  readonly detail?: string;
  readonly findings?: readonly { readonly code: string; readonly pointer: string; readonly because: string }[];
}

async function problemText(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { code = `${response.status}`, detail = '', findings = [] } = JSON.parse(text) as ProblemDocument;
    const lines = findings.map(({ code: finding, pointer, because }) => `  ${pointer || '/'} ${finding}: ${because}`);
    return [`${code}: ${detail}`, ...lines].join('\n');
  } catch {
    return `the service answered ${response.status}: ${text.slice(0, 500)}`;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
