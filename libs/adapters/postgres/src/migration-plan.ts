import { checksumOf, type Migration } from './migrations';

/** A step as the database remembers it. */
export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/** The schema is not what this program would have made. Nothing was changed. */
export class MigrationDrift extends Error {
  readonly code = 'migration-drift';
  constructor(
    readonly migration: string,
    reason: string,
  ) {
    super(`migration ${migration}: ${reason}`);
  }
}

/** How messages name a step: `0001-read-model`. */
export function migrationLabel({ number, name }: { readonly number: number; readonly name: string }): string {
  return `${`${number}`.padStart(4, '0')}-${name}`;
}

/** The steps still to apply, in order. @throws MigrationDrift when the applied ones are not the first of the known */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  for (const [index, held] of applied.entries()) {
    const migration = known[index];
    if (migration === undefined) {
      throw new MigrationDrift(migrationLabel(held), 'was applied by a newer version of this program; run that one');
    }
    refuseDrift(migration, held);
  }
  return known.slice(applied.length);
}

function refuseDrift(migration: Migration, held: AppliedMigration): void {
  const label = migrationLabel(migration);
  if (migrationLabel(held) !== label) {
    throw new MigrationDrift(label, `${migrationLabel(held)} was applied in its place`);
  }
  if (held.checksum !== checksumOf(migration)) {
    throw new MigrationDrift(
      label,
      `was applied with other contents: the database has checksum ${held.checksum}, this program ${checksumOf(migration)}`,
    );
  }
}
