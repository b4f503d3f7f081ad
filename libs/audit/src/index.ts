export * from './chain';
export * from './seal';
export * from './verify-chain';
