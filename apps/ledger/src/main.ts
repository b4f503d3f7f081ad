import 'reflect-metadata';

import { runService } from '@ledger/platform';

import { ledger } from './service';

void runService(ledger());
