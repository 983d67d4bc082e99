/** Where the API key stays: with this browser, or until this tab closes. */
import { BASE_PATH } from '../api/base-path';

/** Servers under several paths of one host each have a key of their own. */
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
    // Full or blocked: the key lasts as long as the page does.
  }
}

export function forgetKey(): void {
  sessionStorageOrNone()?.removeItem(NAME);
  localStorageOrNone()?.removeItem(NAME);
}

function read(storage: Storage | undefined): string | undefined {
  return storage?.getItem(NAME) ?? undefined;
}

/** Browsers that block storage throw on the mere mention of it. */
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
