export * from './event-store';
export * from './leadership';
export * from './machine';
export * from './meter-feed';
export * from './page-cursor';
export * from './read-model';
export * from './storage-fault';
