declare module '*?raw' {
  const text: string
  export default text
}

interface ImportMeta {
  /** Vite's: the files that fit, by path. */
  glob<T>(
    patterns: string[],
    options: { query: string; import: string; eager: true },
  ): Record<string, T>
}
