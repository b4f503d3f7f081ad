export * from './embedded-event-store';
export * from './embedded-meter-feed';
export * from './system-clock';
