/** As much of the peers’ types as their pages use: they are installed for a run, not for a clone. */

declare module '@chatscope/chat-ui-kit-react' {
  import type { ReactElement, ReactNode } from 'react'
  export function MessageList(props: { children: ReactNode }): ReactElement
  export function Message(props: {
    model: {
      type: 'text'
      message: string
      direction: 'incoming' | 'outgoing'
      position: 'single'
    }
  }): ReactElement
}

declare module '@chatscope/chat-ui-kit-styles/*'

declare module '@assistant-ui/react' {
  import type { ComponentProps, ComponentType, ReactElement, ReactNode } from 'react'

  type Box = ComponentType<ComponentProps<'div'>>
  export const ThreadPrimitive: {
    Root: Box
    Viewport: Box
    Messages: ComponentType<{
      components: { UserMessage: ComponentType; AssistantMessage: ComponentType }
    }>
  }
  export const MessagePrimitive: { Root: Box; Parts: ComponentType }
  export interface Runtime {
    thread: unknown
  }
  export function useExternalStoreRuntime<M>(store: {
    messages: readonly M[]
    isRunning: boolean
    convertMessage(message: M): unknown
    onNew(): Promise<void>
  }): Runtime
  export function AssistantRuntimeProvider(props: {
    runtime: Runtime
    children: ReactNode
  }): ReactElement
}
