import { join } from 'node:path';
import type { ReadModel } from '@ledger/ports';
import { readModelContract } from '@ledger/ports/read-model.contract';
import { EmbeddedReadModel } from './embedded-read-model';
import { folderTrial } from './folder-trial.contract';

readModelContract(
  'EmbeddedReadModel',
  folderTrial<ReadModel>((folder) => new EmbeddedReadModel(join(folder, 'read-model.db'))),
);
