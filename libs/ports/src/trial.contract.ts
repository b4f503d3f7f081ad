import { randomUUID } from 'node:crypto';

/** An adapter under trial: fresh, or on a server that holds other things already, and openable again on the same storage. */
export interface Trial<Port> {
  readonly port: Port;
  /** Closes the port and opens another one on the same storage. */
  readonly reopen: () => Promise<Port>;
  /** Closes the port of last resort and clears up. */
  readonly end: () => Promise<void>;
}

/** How long a test waits for something before it fails; real servers take seconds to divide partitions. */
export const PATIENCE_MS = 60_000;

/** A name that no other test has. */
export function unique(name: string): string {
  return `${name}-${randomUUID()}`;
}

/** Waits until the condition holds. Fails with its description when patience ends. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The promise's reason for rejecting. Fails when it is fulfilled. */
export async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it was expected to reject');
    },
    (reason: unknown) => reason,
  );
}

/** A promise and the function that fulfils it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { opened: promise, open: () => resolve(undefined) };
}
