export * from './embedded-event-store';
export * from './system-clock';
