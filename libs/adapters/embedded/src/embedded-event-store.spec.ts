import { join } from 'node:path';
import type { EventStore } from '@ledger/ports';
import { eventStoreContract } from '@ledger/ports/event-store.contract';
import { EmbeddedEventStore } from './embedded-event-store';
import { folderTrial } from './folder-trial.contract';
import { SystemClock } from './system-clock';

eventStoreContract(
  'EmbeddedEventStore',
  folderTrial<EventStore>((folder) => new EmbeddedEventStore(join(folder, 'events.db'), new SystemClock())),
);
