import 'reflect-metadata';

import { runService } from '@ledger/platform';

import { billing } from './service';

void runService(billing());
