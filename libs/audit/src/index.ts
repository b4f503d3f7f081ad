export * from './chain';
export * from './key-record';
export * from './seal';
export * from './verify-chain';
