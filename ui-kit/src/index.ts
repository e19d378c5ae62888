/** The surface of `@session-kit/ui-kit`: hooks, components, and the two layers below them. */

export type {
  AgentStatus,
  DataPart,
  FilePart,
  Message,
  MessageState,
  Part,
  Peer,
  ReasoningPart,
  Role,
  TextPart,
  ToolPart,
  User,
  UserPart,
} from './protocol/index.ts'
export { Chat, type ChatProps, type ChatState } from './react/Chat/Chat.tsx'
export { Composer } from './react/Composer/Composer.tsx'
export type { ComposerState, SubmitOn } from './react/Composer/ComposerContext.ts'
export {
  ComposerAttach,
  type ComposerAttachProps,
  ComposerFiles,
} from './react/Composer/ComposerFiles.tsx'
export {
  ComposerHint,
  ComposerInput,
  ComposerLabel,
  ComposerLimit,
  ComposerRefusal,
  ComposerSend,
  ComposerStop,
} from './react/Composer/ComposerParts.tsx'
export { ComposerRoot, type ComposerRootProps } from './react/Composer/ComposerRoot.tsx'
export type { Attachment, Upload, UploadJob } from './react/hooks/createAttachments.ts'
export type { Person } from './react/hooks/createPeople.ts'
export { createSessionHooks, type SessionHooks } from './react/hooks/createSessionHooks.ts'
export { SessionProvider, type SessionProviderProps } from './react/hooks/SessionProvider.tsx'
export { useBroadcast } from './react/hooks/useBroadcast.ts'
export { type ComposerApi, type ComposerOptions, useComposer } from './react/hooks/useComposer.ts'
export { useMessage } from './react/hooks/useMessage.ts'
export { useMessageKeys } from './react/hooks/useMessageKeys.ts'
export { usePresence } from './react/hooks/usePresence.ts'
export { useSession } from './react/hooks/useSession.ts'
export {
  type SessionSocket,
  type UseSessionSocketOptions,
  useSessionSocket,
} from './react/hooks/useSessionSocket.ts'
export {
  selectAgent,
  selectConnection,
  selectHistory,
  selectUnread,
  useSessionState,
} from './react/hooks/useSessionState.ts'
export type { Announce } from './react/MessageFeed/createAnnouncements.ts'
export { FeedJump, type FeedJumpState } from './react/MessageFeed/FeedJump.tsx'
export {
  FeedList,
  type FeedListProps,
  type FeedListState,
} from './react/MessageFeed/FeedList.tsx'
export { FeedNotice, type FeedNoticeState } from './react/MessageFeed/FeedNotice.tsx'
export { FeedOlder, type FeedOlderState } from './react/MessageFeed/FeedOlder.tsx'
export { FeedRoot, type FeedRootProps, type FeedRootState } from './react/MessageFeed/FeedRoot.tsx'
export { FeedDay, FeedRow, type FeedRowProps, FeedUnread } from './react/MessageFeed/FeedRow.tsx'
export { FeedViewport, type FeedViewportState } from './react/MessageFeed/FeedViewport.tsx'
export { MessageBody } from './react/MessageFeed/MessageBody.tsx'
export { MessageFeed } from './react/MessageFeed/MessageFeed.tsx'
export { MessageDelivery, MessageEnd } from './react/MessageFeed/MessageFoot.tsx'
export {
  MessageAuthor,
  MessageHead,
  MessageMark,
  MessageTime,
} from './react/MessageFeed/MessageHead.tsx'
export {
  MessageRoot,
  type MessageRootProps,
  type MessageRootState,
} from './react/MessageFeed/MessageRoot.tsx'
export type { PartContext, PartRenderers } from './react/MessageFeed/PartRenderers.ts'
export { MessageData, type MessageDataProps } from './react/Part/MessageData.tsx'
export { type FileState, MessageFile, type MessageFileProps } from './react/Part/MessageFile.tsx'
export {
  MessageReasoning,
  type MessageReasoningProps,
  type ReasoningState,
} from './react/Part/MessageReasoning.tsx'
export { MessageTool, type MessageToolProps, type ToolState } from './react/Part/MessageTool.tsx'
export type { PartProps } from './react/Part/renderPart.ts'
export {
  PresenceList,
  type PresenceListProps,
  type PresenceState,
} from './react/Presence/PresenceList.tsx'
export { TypingIndicator, type TypingState } from './react/Presence/TypingIndicator.tsx'
export { defaultStrings, type SessionStrings } from './react/SessionStrings.ts'
export { StatusIndicator } from './react/StatusIndicator/StatusIndicator.tsx'
export {
  StatusIndicatorCountdown,
  StatusIndicatorIcon,
  StatusIndicatorLabel,
  StatusIndicatorRetry,
  StatusIndicatorRoot,
  type StatusIndicatorRootProps,
} from './react/StatusIndicator/StatusParts.tsx'
export type { StatusView } from './react/StatusIndicator/statusView.ts'
export * from './session/index.ts'
export {
  createReconnectingWebSocket,
  type ReconnectingWebSocket,
  type ReconnectingWebSocketOptions,
} from './socket/index.ts'
