export { type Migration, MIGRATIONS } from './migrations';
export { MigrationDrift } from './migration-plan';
export { migrate } from './migrate';
export { KEYS_SCHEMA, openPostgresKeyStore, type PostgresKeySettings, WrongEncryptionKey } from './postgres-key-store';
export { openPostgresReadModel, type PostgresReadModel } from './postgres-read-model';
export { type PostgresSettings, POSTGRES_DEFAULTS } from './settings';
export { RowRefused } from './stored-row';
