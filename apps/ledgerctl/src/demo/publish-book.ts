import { join } from 'node:path';

import type { Client } from '../client';
import { readInput, readObjects } from '../options';
import { DATA_FOLDER } from './real-data';

/** Publishes the demo's locations and tariffs and says who pays them. */
export async function publishBook(client: Client): Promise<void> {
  for (const kind of ['locations', 'tariffs'] as const) {
    for (const { id, text } of readObjects(join(DATA_FOLDER, 'demo', `${kind}.json`))) {
      await client.json(`/v1/${kind}/${id}`, { method: 'PUT', body: text });
    }
  }
  const assignments = JSON.parse(readInput(join(DATA_FOLDER, 'demo', 'assignments.json'))) as readonly unknown[];
  for (const assignment of assignments) {
    await client.json('/v1/tariff-assignments', { method: 'POST', body: JSON.stringify(assignment) });
  }
}
