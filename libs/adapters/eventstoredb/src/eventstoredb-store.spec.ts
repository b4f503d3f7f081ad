import { eventStoreContract } from '@ledger/ports/event-store.contract';
import { serverTrial } from './server-trial.contract';

eventStoreContract('EventStoreDbStore on the protocol server', () => serverTrial());

const address = process.env['EVENTSTORE_URL'];
if (address !== undefined) eventStoreContract('EventStoreDbStore on EVENTSTORE_URL', () => serverTrial(address));
