import { runtimeProvider } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';

import { LedgerParts } from './ledger-parts';
import { LocationsController } from './locations.controller';
import { QuarantineController } from './quarantine.controller';
import { ReceiptsController } from './receipts.controller';
import { ReleaseController } from './release.controller';

/** Folds statements into session streams, answers every message, closes what is due, keeps locations. */
@Module({})
export class LedgerModule {
  static of(runtime: Runtime, parts: LedgerParts): DynamicModule {
    return {
      module: LedgerModule,
      controllers: [ReceiptsController, QuarantineController, LocationsController, ReleaseController],
      providers: [runtimeProvider(runtime), { provide: LedgerParts, useValue: parts }],
    };
  }
}
