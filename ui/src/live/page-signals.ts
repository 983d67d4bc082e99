/** Signals of the browser: the network comes or goes, and the tab is shown again. */

export type PageSignal = 'online' | 'offline' | 'shown';

/** @returns stops watching */
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
  // `resume` follows a freeze; `pageshow` with `persisted` a return from the back-forward cache.
  document.addEventListener('resume', shown, { signal });
  window.addEventListener('pageshow', ({ persisted }) => persisted && shown(), { signal });
  return () => listening.abort();
}

export function isOnline(): boolean {
  return navigator.onLine || !needsNetwork();
}

/** False for a server on this very machine, which is there without any network, as on a train. */
function needsNetwork(): boolean {
  return !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
}
