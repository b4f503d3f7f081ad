import { runtimeProvider } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { Roaming } from '@ledger/usecases';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';

import { BillingParts } from './billing-parts';
import { ChargesController } from './charges.controller';
import { ContinuityController } from './continuity.controller';
import { OcpiCredentialsController } from './ocpi/ocpi-credentials.controller';
import { OcpiModulesController } from './ocpi/ocpi-modules.controller';
import { OcpiVersionsController } from './ocpi/ocpi-versions.controller';
import { Partners } from './ocpi/partners';
import { PreviewsController } from './previews.controller';
import { PriceController } from './price.controller';
import { Replays } from './replays';
import { ReplaysController } from './replays.controller';
import { SessionsController } from './sessions.controller';
import { StatusController } from './status.controller';
import { TariffsController } from './tariffs.controller';

/** Projects sessions and charges out of the event streams and answers for them; keeps the tariffs. */
@Module({})
export class BillingModule {
  static of(runtime: Runtime, parts: BillingParts): DynamicModule {
    return {
      module: BillingModule,
      controllers: [
        SessionsController,
        ChargesController,
        TariffsController,
        PreviewsController,
        PriceController,
        ReplaysController,
        ContinuityController,
        StatusController,
        OcpiVersionsController,
        OcpiCredentialsController,
        OcpiModulesController,
      ],
      providers: [
        runtimeProvider(runtime),
        { provide: BillingParts, useValue: parts },
        { provide: Roaming, useValue: new Roaming(parts) },
        { provide: Partners, useValue: new Partners(runtime) },
        { provide: Replays, useValue: new Replays(runtime) },
      ],
    };
  }
}
