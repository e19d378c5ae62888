/**
 * An application's own types, laid over the protocol's. Types only: nothing here is there at run
 * time, so nothing checks that what a server or another client sends is what they say.
 */

import type {
  DataPart,
  FilePart,
  Message,
  Meta,
  Peer,
  ReasoningPart,
  TextPart,
  ToolPart,
} from '../protocol/index.ts'

/** What an application may say of itself; what it leaves out stays as the protocol has it. */
export interface AppTypes {
  /** by the name of a data part: its value */
  data?: object
  /** by the name of a tool: `{ input?, output? }` */
  tools?: object
  /** what each connection tells of itself, at most 1 KiB of JSON */
  presence?: object
  /** of a message */
  meta?: object
  /** what is broadcast */
  broadcast?: unknown
}

/** An interface as a plain object type: it then counts as a record, too. */
type Plain<T> = { [Key in keyof T]: T[Key] }

interface NamedData<Name extends string, Value> extends Omit<DataPart, 'name' | 'value'> {
  name: Name
  value: Value
}

interface NamedTool<Name extends string, Tool> extends Omit<ToolPart, 'name' | 'input' | 'output'> {
  name: Name
  input?: Tool extends { input: infer Input } ? Input : unknown
  output?: Tool extends { output: infer Output } ? Output : unknown
}

/** The data parts; by their names they are told apart. */
export type DataPartOf<App extends AppTypes> = App extends { data: infer Data }
  ? { [Name in keyof Data & string]: NamedData<Name, Data[Name]> }[keyof Data & string]
  : DataPart

export type ToolPartOf<App extends AppTypes> = App extends { tools: infer Tools }
  ? { [Name in keyof Tools & string]: NamedTool<Name, Tools[Name]> }[keyof Tools & string]
  : ToolPart

export type PartOf<App extends AppTypes> =
  | TextPart
  | ReasoningPart
  | ToolPartOf<App>
  | FilePart
  | DataPartOf<App>

/** The parts that a person may send. */
export type UserPartOf<App extends AppTypes> = TextPart | FilePart | DataPartOf<App>

export type MetaOf<App extends AppTypes> = App extends { meta: infer M } ? Plain<M> : Meta

export type PresenceOf<App extends AppTypes> = App extends { presence: infer P }
  ? Plain<P>
  : Record<string, unknown>

/** What others tell of themselves: nothing before they said it first. */
export type PeerStateOf<App extends AppTypes> = Partial<PresenceOf<App>>

export interface PeerOf<App extends AppTypes> extends Omit<Peer, 'state'> {
  state: PeerStateOf<App>
  /** when it last said something of itself, by the session's clock */
  heardAtMs: number
}

export interface MessageOf<App extends AppTypes> extends Omit<Message, 'parts' | 'meta'> {
  parts: PartOf<App>[]
  meta?: MetaOf<App>
}

export type BroadcastOf<App extends AppTypes> = App extends { broadcast: infer Data }
  ? Data
  : unknown
