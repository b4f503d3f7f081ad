export * from './canonical';
export * from './digest';
export * from './exact';
export * from './instant';
