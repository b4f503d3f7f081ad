export * from './canonical';
export * from './digest';
export * from './exact';
export * from './instant';
export * from './local-time';
export * from './json-value';
export { readJson } from './strict-json';
export { decodeUtf8 } from './utf8';
export * from './uuid';
