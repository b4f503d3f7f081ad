/**
 * What roaming partners and the continuity of meters are paged by. The columns are empty until billing has rebuilt its tables,
 * which it does by itself when it starts.
 */
export const orderedColumns0002 = `
ALTER TABLE sessions ADD COLUMN changed_at text COLLATE "C", ADD COLUMN meter_at text COLLATE "C";
ALTER TABLE charges ADD COLUMN changed_at text COLLATE "C";
CREATE INDEX sessions_changed_at ON sessions (tenant, changed_at, id) WHERE changed_at IS NOT NULL;
CREATE INDEX sessions_meter_at ON sessions (tenant, meter_at, id) WHERE meter_at IS NOT NULL;
CREATE INDEX charges_changed_at ON charges (tenant, state, changed_at, id) WHERE changed_at IS NOT NULL;
`;
