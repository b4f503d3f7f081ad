const { jest } = require('../../package.json');

/** The specs that need real engines: same settings as the others, another folder, and time for engines to answer. */
module.exports = {
  ...jest,
  rootDir: '../..',
  roots: ['<rootDir>/test/engines'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 90_000,
};
