const { jest } = require('../../../package.json');

/** The comparison with another engine: needs a Rust toolchain to say something, and time to build. */
module.exports = {
  ...jest,
  rootDir: '../../..',
  roots: ['<rootDir>/test/prices/differential'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 3_600_000,
};
