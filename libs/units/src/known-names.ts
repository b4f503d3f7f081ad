import { isRefusedKey } from './json-value';

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Places for names, a power of two. Each name has two of them, side by side; a new one displaces the one that came first. */
const PLACES = 4_096;
/** Longer names are not kept, so that all of them together stay small. */
const NAME_LENGTH_MAX = 64;

const names: string[] = Array.from({ length: PLACES }, () => '');

/**
 * The member name from `start` to the next quote, unless it is empty, long, not allowed, or holds an escape or a control
 * character. Messages name the same members again and again: giving the same string each time spares the engine to copy and
 * hash the name and to look it up.
 */
export function knownName(text: string, start: number): string | undefined {
  let hash = 0;
  let end = start;
  let code = text.charCodeAt(end);
  while (code >= SPACE && code !== QUOTE && code !== BACKSLASH) {
    hash = (Math.imul(hash, 31) + code) | 0;
    end += 1;
    code = text.charCodeAt(end);
  }
  if (code !== QUOTE || end === start || end - start > NAME_LENGTH_MAX) return undefined;
  const place = (hash ^ (hash >>> 12)) & (PLACES - 2);
  if (isKeptAt(place, text, start, end)) return names[place];
  return isKeptAt(place + 1, text, start, end) ? names[place + 1] : learned(place, text.slice(start, end));
}

function isKeptAt(place: number, text: string, start: number, end: number): boolean {
  const name = names[place] ?? '';
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index += 1) {
    if (text.charCodeAt(start + index) !== name.charCodeAt(index)) return false;
  }
  return true;
}

function learned(place: number, name: string): string | undefined {
  if (isRefusedKey(name)) return undefined;
  // Read back from an object, it is a string of its own: a slice would keep the whole text in memory.
  const [kept = name] = Object.keys({ [name]: true });
  names[place + 1] = names[place] ?? '';
  names[place] = kept;
  return kept;
}
