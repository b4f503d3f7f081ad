import 'reflect-metadata';

import { runService } from '@ledger/platform';

import { ingestion } from './service';

void runService(ingestion());
