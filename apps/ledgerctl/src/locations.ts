import { Command } from '@commander-js/extra-typings';

import { Client } from './client';
import { jsonOption, readObjects, urlOption } from './options';
import { printJson, printLine } from './output';

interface Published {
  readonly id: string;
  readonly isNew: boolean;
  readonly warnings: readonly { readonly pointer: string; readonly because: string }[];
}

/** Publishes every object of a file and tells about each. */
export async function putObjects(
  kind: 'locations' | 'tariffs',
  file: string,
  options: { readonly url: string; readonly json?: true },
): Promise<void> {
  const client = new Client(options.url);
  for (const { id, text } of readObjects(file)) {
    const published = await client.json<Published>(`/v1/${kind}/${encodeURIComponent(id)}`, {
      method: 'PUT',
      body: text,
    });
    if (options.json === true) {
      printJson(published);
      continue;
    }
    printLine(`${published.id}: ${published.isNew ? 'published' : 'was published already'}`);
    for (const { pointer, because } of published.warnings) printLine(`  ${pointer}: ${because}`);
  }
}

/** `ledgerctl locations`: OCPI Locations. */
export function locationsCommand(): Command {
  const command = new Command('locations').description('OCPI Locations: time zones and maximum powers');
  command
    .command('put')
    .description('Publish the Location, or the list of them, in a JSON file')
    .argument('<file>', 'JSON file; - for standard input')
    .addOption(urlOption())
    .addOption(jsonOption())
    .action((file, options) => putObjects('locations', file, options));
  return command;
}
