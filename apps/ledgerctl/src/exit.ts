/** Exit codes of every command (`interfaces.md`, section 4). */
export const EXIT = { done: 0, checkFailed: 1, badInput: 2, notReachable: 3 } as const;

/** Ends the command with a message for a person and an exit code. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    readonly exitCode: (typeof EXIT)[keyof typeof EXIT],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Wrong arguments or unreadable input. */
export function badInput(message: string, cause?: unknown): CommandFailed {
  return new CommandFailed(message, EXIT.badInput, { cause });
}
