export * from './embedded-event-store';
export * from './embedded-meter-feed';
export * from './embedded-read-model';
export * from './system-clock';
