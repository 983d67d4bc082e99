/** What the browser says of the network and of whether its tab is looked at. */

export type PageSignal = 'online' | 'offline' | 'shown';

/** @returns ends it */
export function watchPage(onSignal: (signal: PageSignal) => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  if (needsNetwork()) {
    window.addEventListener('online', () => onSignal('online'), { signal });
    window.addEventListener('offline', () => onSignal('offline'), { signal });
  }
  const shown = () => {
    if (!document.hidden) onSignal('shown');
  };
  document.addEventListener('visibilitychange', shown, { signal });
  // Woken from being frozen, and shown again out of the cache of pages that were left.
  document.addEventListener('resume', shown, { signal });
  window.addEventListener('pageshow', ({ persisted }) => persisted && shown(), { signal });
  return () => listening.abort();
}

export function isOnline(): boolean {
  return navigator.onLine || !needsNetwork();
}

/** A server on this very machine is there without any network, as on a train. */
function needsNetwork(): boolean {
  return !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
}
