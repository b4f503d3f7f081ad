#!/usr/bin/env node
'use strict';
// Starts the compiled command line. Lies outside dist, so that it stays executable after every build.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(
    `ledgerctl needs Node.js 24.9 or newer, this is ${process.versions.node}; run it by npx, which takes the pinned one\n`,
  );
  process.exit(2);
}
const main = join(__dirname, '..', '..', 'dist', 'apps', 'ledgerctl', 'src', 'main.js');
if (!existsSync(main)) {
  process.stderr.write('ledgerctl is not built yet; run: npm run build\n');
  process.exit(2);
}
require(main);
