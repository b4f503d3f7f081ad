import { Registry, collectDefaultMetrics } from 'prom-client';

/** A registry with the process's own metrics in it. */
export function openMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
