export type { AccessReport } from './access';
export { AppendRefused } from './client-error';
export { BadConnectionString } from './connection-string';
export { EventStoreDbStore, openEventStoreDb } from './eventstoredb-store';
export type { FollowerHealth } from './follower';
export { EVENTSTOREDB_LIMITS, type EventStoreDbLimits, type EventStoreDbSettings } from './settings';
