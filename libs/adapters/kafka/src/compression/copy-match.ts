/**
 * Repeats `length` bytes that lie `distance` behind `at` in the same buffer, as the formats of the Lempel-Ziv family do: where
 * source and target overlap, the bytes just written are read again. The caller has checked that both ranges lie inside.
 */
export function copyMatch(target: Buffer, at: number, distance: number, length: number): void {
  if (distance >= length) {
    target.copyWithin(at, at - distance, at - distance + length);
    return;
  }
  for (let index = at; index < at + length; index += 1) target[index] = target[index - distance] ?? 0;
}
