/** The kit a second time, as a module of its own: its registry and contexts are others. */
declare module 'virtual:second-kit' {
  export * from '@session-kit/ui-kit'
}
