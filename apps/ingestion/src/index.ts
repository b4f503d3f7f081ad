export { IngestionModule } from './ingestion.module';
export { ingestionWorkers } from './workers';
