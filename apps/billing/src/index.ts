export { BillingModule } from './billing.module';
export { BillingParts } from './billing-parts';
export { billingWorkers } from './workers';
