export * from './access';
export { APPEND_BYTES_LIMIT } from './event-log';
export * from './faults';
export * from './server';
export * from './stored-event';
export { selfSigned } from './self-signed';
