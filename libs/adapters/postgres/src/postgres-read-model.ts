import type { Leadership, ReadModel } from '@ledger/ports';
import { askPool, openPool } from './connection';
import { takeLead } from './leadership';
import { checkMigrations, migrate } from './migrate';
import { readTables } from './read-tables';
import { openRebuild } from './rebuild';
import { type PostgresSettings, resolveSettings } from './settings';

/** The read model on PostgreSQL. Several processes may open the same schema. */
export interface PostgresReadModel extends ReadModel {
  /** The lead of a projector: undefined while another process holds it. @throws ReadModelUnavailable */
  elect(projector: string): Promise<Leadership | undefined>;
}

/**
 * Opens the read model, after the schema was brought up to date or found to be so.
 * @throws MigrationDrift, ReadModelUnavailable, RangeError for a setting that can not be used
 */
export async function openPostgresReadModel(settings: PostgresSettings): Promise<PostgresReadModel> {
  const resolved = resolveSettings(settings);
  await (resolved.migrations === 'apply' ? migrate(resolved) : checkMigrations(resolved));
  const pool = openPool(resolved);
  const ask = askPool(pool);
  const leads = new Set<Leadership>();
  const elect = async (name: string): Promise<Leadership | undefined> => {
    const lead = await takeLead(resolved, name);
    if (lead === undefined) return undefined;
    leads.add(lead);
    void lead.ended.then(() => leads.delete(lead));
    return lead;
  };
  return {
    ...readTables(pool, resolved.schema, 'on'),
    rebuild: (tables, projections) => openRebuild(pool, resolved, { tables, projections }, elect),
    async elect(projector) {
      const lead = await elect(`projector/${projector}`);
      return lead && { ...lead, projector };
    },
    isReachable: () =>
      ask({ text: 'SELECT 1', values: [] }).then(
        () => true,
        () => false,
      ),
    async close() {
      await Promise.all([...leads].map((lead) => lead.resign()));
      if (!pool.ending) await pool.end();
    },
  };
}
