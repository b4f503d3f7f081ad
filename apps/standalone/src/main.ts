import 'reflect-metadata';

import { runService } from '@ledger/platform';

import { standalone } from './standalone';

void runService(standalone());
