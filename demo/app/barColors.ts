/** --sk-bg of each look, for the browser's own bars. */
export const BAR_COLORS = { light: '#fdfdfc', dark: '#111518' } as const
