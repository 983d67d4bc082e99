// Sets a chosen theme before the first paint; without a choice the stylesheet follows the system.
try {
  const theme = localStorage.getItem('att.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme is right.
}
