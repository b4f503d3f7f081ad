/** Why a line cannot be priced; its message goes into the answer. */
export class BadLine extends Error {}
