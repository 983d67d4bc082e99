/** Store of the API key: in this browser, or until this tab closes. */
import { BASE_PATH } from '../api/base-path';

/** Name with the base path: several servers under one host each have a key of their own. */
const NAME = `att.key${BASE_PATH}`;

export function storedKey(): string | undefined {
  return read(sessionStorageOrNone()) ?? read(localStorageOrNone());
}

export function storeKey(key: string, keep: boolean): void {
  forgetKey();
  const storage = keep ? localStorageOrNone() : sessionStorageOrNone();
  try {
    storage?.setItem(NAME, key);
  } catch {
    // Storage is full or blocked: the key lasts as long as the page does.
  }
}

export function forgetKey(): void {
  sessionStorageOrNone()?.removeItem(NAME);
  localStorageOrNone()?.removeItem(NAME);
}

function read(storage: Storage | undefined): string | undefined {
  return storage?.getItem(NAME) ?? undefined;
}

/** Storage, or undefined: browsers that block it throw when it is read. */
function localStorageOrNone(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

function sessionStorageOrNone(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
