export * from './charge';
