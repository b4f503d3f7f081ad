import { runtimeProvider } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';

import { IntakeGate } from './intake-gate';
import { MeterEventsController } from './meter-events.controller';

/** Takes meter events from gateways and puts them on the feed, checked, sealed and in canonical form. */
@Module({})
export class IngestionModule {
  static of(runtime: Runtime): DynamicModule {
    return {
      module: IngestionModule,
      controllers: [MeterEventsController],
      providers: [runtimeProvider(runtime), IntakeGate],
    };
  }
}
