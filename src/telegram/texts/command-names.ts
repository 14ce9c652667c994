/** The commands by name, in the order of Telegram's menu (the most used first), each with the line that says what it does. */

/** 256 characters at most (Bot API, BotCommand); a phone's menu shows some 40 of them in a line. */
export const COMMAND_SUMMARIES = {
  new: 'Start another session: /new folder name',
  sessions: 'List the sessions: switch, rename, end',
  status: 'What the session does, and its settings',
  stop: 'Interrupt Claude',
  mode: 'What Claude may do without asking',
  model: 'Choose the model',
  diff: 'Changes since your message, or /diff all',
  resume: 'Go on with an earlier conversation',
  clear: 'Begin a new conversation in this session',
  compact: 'Make the conversation shorter',
  get: 'Send a file here: /get path',
  usage: 'How full the conversation and the plan are',
  cost: 'What the session has cost so far',
  rewind: 'Put back files that Claude edited',
  cancel: 'Take a message back: reply to it',
  queue: 'Messages wait while Claude works: on, off',
  effort: 'How much the model thinks',
  fork: 'Go on with a copy of the conversation',
  cwd: 'Go on in another folder: /cwd folder',
  rename: 'Rename the session: /rename name',
  commands: "Claude's own commands and skills",
  verbose: 'Show every tool call: on, off',
  drafts: 'Show turns as drafts, which vanish: on, off',
  timeout: 'When an idle session is suspended: 10m, off',
  suspend: 'Suspend the session now',
  detach: 'Take the session back from the desk',
  end: 'End the session',
  help: 'What this bot can do',
} as const;

export type CommandName = keyof typeof COMMAND_SUMMARIES;

export const COMMAND_NAMES = Object.keys(COMMAND_SUMMARIES) as CommandName[];
