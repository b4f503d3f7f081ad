export * from './event-store';
export * from './machine';
export * from './meter-feed';
export * from './read-model';
