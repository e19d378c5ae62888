/** The stylesheet has no names to import; `import '@session-kit/ui-kit/styles.css'` is all. */
export {}
