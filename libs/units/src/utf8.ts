const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of UTF-8 bytes, or the offset of the first byte that breaks the rules of UTF-8 (RFC 3629: no overlong forms,
 * no surrogates). A byte order mark stays in the text.
 */
export function decodeUtf8(bytes: Uint8Array): string | { readonly invalidAt: number } {
  try {
    return STRICT.decode(bytes);
  } catch {
    return { invalidAt: longestValid(bytes) };
  }
}

/** Length of the longest beginning without a broken character; found by halving, as bad input must stay cheap. */
function longestValid(bytes: Uint8Array): number {
  let valid = 0;
  let broken = bytes.length + 1;
  while (broken - valid > 1) {
    const middle = (valid + broken) >>> 1;
    if (isUnbroken(bytes.subarray(0, middle))) valid = middle;
    else broken = middle;
  }
  return valid;
}

function isUnbroken(beginning: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(beginning, { stream: true });
    return true;
  } catch {
    return false;
  }
}
