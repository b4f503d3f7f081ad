/**
 * The storage failed underneath an adapter: a write or a sync did not succeed, or what is stored is damaged. What was in hand
 * may be stored or not. The adapter refuses everything from then on: end the process, and recover from what is on disk.
 */
export class StorageFault extends Error {
  readonly code = 'storage-fault';
}
