/** Prints one JSON document, or one a line, on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, jsonSafe)}\n`);
}

/** Prints a line for a person on standard output. */
export function printLine(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Tells a person what goes on, on standard error, so that standard output stays clean. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints rows as columns, the first row as heading; numbers are set flush right. */
export function printTable(heading: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heading.map((name, at) => Math.max(name.length, ...rows.map((row) => (row[at] ?? '').length)));
  const flush = heading.map((_, at) => rows.length > 0 && rows.every((row) => /^-?[\d.,]*$/.test(row[at] ?? '')));
  for (const row of [heading, ...rows]) {
    const cells = widths.map((width, at) =>
      flush[at] === true ? (row[at] ?? '').padStart(width) : (row[at] ?? '').padEnd(width),
    );
    printLine(cells.join('  ').trimEnd());
  }
}

function jsonSafe(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
