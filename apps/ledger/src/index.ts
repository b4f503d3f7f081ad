export { LedgerModule } from './ledger.module';
export { LedgerParts } from './ledger-parts';
export { ledgerWorkers } from './workers';
