// Before the first paint: the look that was chosen here, if any; else the system's.
try {
  const theme = localStorage.getItem('session-kit.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is closed; the system decides.
}
