import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import type { Client } from '../client';
import { badInput } from '../exit';
import type { Answer } from './judge';

interface AnswerPage {
  readonly items: readonly Answer[];
  readonly next?: string;
}

/** What a service says of the sessions of a station, page by page. */
export async function answersOf(client: Client, station: string): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const query = new URLSearchParams({ station, limit: '200', ...(cursor === '' ? {} : { cursor }) });
    const page: AnswerPage = await client.json(`/v1/sessions?${query.toString()}`);
    answers.push(...page.items);
    cursor = page.next;
  }
  return answers;
}

/** Answers out of a file, one session a line, by station. @throws CommandFailed naming file, line and reason */
export async function readAnswers(path: string): Promise<ReadonlyMap<string, readonly Answer[]>> {
  const answers = new Map<string, Answer[]>();
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() === '') continue;
      const answer = answerIn(text, `${path}: line ${line}`);
      const known = answers.get(answer.station);
      if (known === undefined) answers.set(answer.station, [answer]);
      else known.push(answer);
    }
  } catch (error) {
    if (isMissing(error)) throw badInput(`${path} cannot be read: there is no such file`, error);
    throw error;
  }
  return answers;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function answerIn(text: string, place: string): Answer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badInput(`${place} is no JSON`, error);
  }
  const answer = value as Partial<Answer> | null;
  const isSession = [answer?.id, answer?.station, answer?.transaction, answer?.status].every(
    (field) => typeof field === 'string',
  );
  if (isSession && Array.isArray(answer?.findings)) return answer as Answer;
  throw badInput(`${place} is no session: id, station, transaction, status and findings are expected`);
}
