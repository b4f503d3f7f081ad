/** The heap that `npm start` and the images give a service. */
export const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=32'] as const;
