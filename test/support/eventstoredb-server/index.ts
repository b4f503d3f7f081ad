export * from './access';
export { APPEND_BYTES_LIMIT, EventLog, type LogFile } from './event-log';
export * from './faults';
export * from './server';
export * from './stored-event';
export { selfSigned, type SelfSigned } from './self-signed';
