// Written by `make messages` from the contract in Python: what passes between a page or a desk and its kernel.

export interface AckReply {
  id: string;
  question: string;
  result: "saved" | "kept" | "skipped" | "removed" | "late" | "waiting" | "refused" | "taken";
  message: string;
  type: "ack";
}

export interface ApproveMessage {
  type: "approve";
  question: string;
  chosen: number[];
}

export interface ArrangeMessage {
  type: "arrange";
  changes: Changes;
}

export interface Batch {
  texts: BatchText[];
  least: number;
}

export interface BatchText {
  text: string;
  flags: Record<string, string[]>;
}

export type BoardMessage = ModuleMessage | QuestionMessage | TallyMessage | ApproveMessage | GoMessage | ArrangeMessage;

export type BoardReply = OkReply | SentenceReply;

export interface BoardState {
  running: boolean;
  view: DeskView | IdleView;
  qr: string;
  module: DeclaredModule;
  modules: ListedModule[];
  formats: ListedFormat[];
  reveals: Record<string, ShownPayload | WithheldPayload>;
  batches: Record<string, Batch>;
  front: Front;
}

export interface Changes {
  cover?: "" | "down" | "pause";
  pace?: "free" | "together";
  fiction?: boolean;
  few?: boolean;
  format?: string;
  step?: number;
  timer?: number;
  example?: string;
}

export interface ClockView {
  step: number;
  all: number;
}

export interface ConclusionPayload {
  key: string;
  text: string;
  off: number;
}

export interface DeclaredMisreading {
  says: string;
  reply: string;
}

export interface DeclaredModule {
  slug: string;
  title: string;
  minutes: number;
  steps: DeclaredStep[];
  misreadings: DeclaredMisreading[];
  distress: string;
  bridge: string;
  questions: DeclaredQuestion[];
  games: string[];
}

export interface DeclaredPair {
  id: string;
  title: string;
}

export interface DeclaredQuestion {
  id: string;
  key: string;
  title: string;
  text: string;
  with: string;
  debrief: string[];
  sensitive: boolean;
  finding: string;
  least: number;
  cells: [string, string][];
  exclusive: boolean;
  beside: string[][];
  pairs: DeclaredPair[];
  game: string;
}

export interface DeclaredStep {
  title: string;
  minutes: number;
  cut: number;
  form: "talk" | "screen" | "pairs" | "plenary";
  phones: "down" | "up";
  say: string;
  do: string;
  shows: string;
  helper: string;
  activity: string;
  reveals: boolean;
}

export interface DeskView {
  id: string;
  code: string;
  mode: "room" | "rehearsal" | "alone";
  module: string | null;
  phases: Record<string, Phase>;
  closing: Record<string, number>;
  reveals: Record<string, string>;
  ended: boolean;
  stage: StageView;
  timer: TimerView | null;
  on: string[];
  until: string;
  joined: number;
  awake: number;
  done: Record<string, number>;
  paper: Record<string, number>;
  unread: string[];
  join_url: string;
  moved: boolean;
  k: number;
  plan: PlanView;
  clock: ClockView;
  example: string;
  doubt: string[];
}

export interface ErrorReply {
  type: "error";
  message: string;
  id?: string;
  question?: string;
  activity?: string;
}

export interface Front {
  card: string;
  here: boolean;
}

export interface GoMessage {
  type: "go";
  step: number;
}

export interface HelloMessage {
  type: "hello";
  keys: Record<string, string[]>;
}

export interface HelloReply {
  view: View;
  mine: Record<string, Mine>;
  taken?: string[];
  type: "hello";
}

export interface IdleView {
  plan: PlanView;
}

export interface ListedFormat {
  name: string;
  title: string;
  about: string;
}

export interface ListedModule {
  slug: string;
  title: string;
  number: number;
  minutes: number;
}

export interface Mine {
  value: unknown;
  done: boolean;
}

export interface ModuleMessage {
  type: "module" | "debrief";
  slug: string;
}

export interface OkReply {
  type: "ok";
}

export type PageMessage = HelloMessage | SubmitMessage | RevealMessage | PayoffsMessage | SimulateMessage | PlotlyMessage;

export type PageReply = HelloReply | AckReply | RevealReply | PayoffsReply | SimulatedReply | PlotlyReply | ErrorReply;

export type Payload = ShownPayload | WithheldPayload;

export interface Payoff {
  number: number;
  payoff: number;
  move?: string;
  size?: number;
  scripted?: number;
  pot?: number;
  got?: number;
  turned?: boolean;
}

export interface PayoffsMessage {
  type: "payoffs";
  activity: string;
  keys: Record<string, string[]>;
}

export interface PayoffsReply {
  type: "payoffs";
  activity: string;
  rounds: Payoff[];
}

export type Phase = "waiting" | "open" | "closing" | "closed";

export interface Plan {
  name: string;
  title: string;
  minutes: number;
  parts: PlannedPart[];
  lines: PlannedLine[];
}

export interface PlanView {
  format: string;
  step: number;
  begun: boolean;
}

export interface PlannedLine {
  title: string;
  minutes: number;
  cut: number;
  form: "talk" | "screen" | "pairs" | "plenary";
  phones: "down" | "up";
  say: string;
  do: string;
  shows: string;
  helper: string;
  activity: string;
  reveals: boolean;
  part: number;
  module: string;
}

export interface PlannedPart {
  title: string;
  module: string;
  begins: number;
  minutes: number;
  slack: boolean;
}

export interface PlotlyMessage {
  type: "plotly";
}

export interface PlotlyReply {
  type: "plotly";
  text: string;
}

export interface QuestionMessage {
  type: "open" | "close" | "cancel";
  question: string;
}

export interface RevealMessage {
  type: "reveal";
  id: string;
}

export interface RevealReply {
  type: "reveal";
  id: string;
  payload: ShownPayload | WithheldPayload;
}

export interface ScreenState {
  running: boolean;
  view: ScreenView;
  qr: string;
  title: string;
  question: Record<string, any> | null;
  reveal: ShownPayload | WithheldPayload | null;
  few?: boolean;
  beside?: Record<string, ShownPayload | WithheldPayload>;
}

export interface ScreenView {
  code?: string;
  mode?: "room" | "rehearsal" | "alone";
  module?: string | null;
  phases?: Record<string, Phase>;
  closing?: Record<string, number>;
  ended?: boolean;
  join_url?: string;
  moved?: boolean;
  stage?: StageView;
  timer?: TimerView | null;
  example?: string;
}

export interface SentenceReply {
  type: "error";
  message: string;
}

export interface ShownPayload {
  question: string;
  face: "shown";
  people: number;
  cells: [string, string, number][];
  texts?: string[];
  summary: string;
  follows: ConclusionPayload[];
  invented: boolean;
}

export interface SimulateMessage {
  type: "simulate";
  activity: string;
  values: Record<string, unknown>;
}

export interface SimulatedReply {
  values: Record<string, any>;
  figure: Record<string, any>;
  sentence: string;
  table: string[][];
  type: "simulated";
  activity: string;
}

export interface StageView {
  cover: "" | "down" | "pause";
  pace: "free" | "together";
  fiction: boolean;
  few: boolean;
}

export interface SubmitMessage {
  type: "submit";
  id: string;
  question: string;
  keys: string[];
  value: unknown;
  intent: "send" | "keep" | "skip" | "undo";
}

export interface TallyMessage {
  type: "tally";
  question: string;
  cells: Record<string, number>;
  people: number | null;
}

export interface TimerView {
  id: string;
  seconds: number;
}

export interface View {
  id: string;
  code: string;
  mode: "room" | "rehearsal" | "alone";
  module: string | null;
  phases: Record<string, Phase>;
  closing: Record<string, number>;
  reveals: Record<string, string>;
  ended: boolean;
  stage: StageView;
  timer: TimerView | null;
  on: string[];
  until: string;
}

export interface WithheldPayload {
  question: string;
  face: "withheld";
  example: ShownPayload;
}
