/** The commands by name, in the order of Telegram's menu, each with the line that the menu and /help show. */

/** 256 characters at most (Bot API, BotCommand). */
export const COMMAND_SUMMARIES = {
  new: 'Start a new session: /new, /new folder, /new folder name',
  status: 'What the session is doing, and when it goes to sleep',
  timeout: 'When an idle session goes to sleep: /timeout 10m, or off',
  suspend: 'Put the session to sleep now',
  stop: 'Interrupt Claude',
  queue: 'Whether messages wait while Claude works: /queue on, or off',
  cancel: 'Take back a message that waits: reply to it with /cancel',
  verbose: 'Show every tool call of a turn: /verbose, or /verbose off',
  drafts: 'Show turns as drafts, of which nothing stays: /drafts on, or off',
  mode: 'What Claude may do without asking: default, accept edits, plan',
  model: 'Which model answers: /model, or /model name',
  effort: 'How much the model thinks: /effort, or /effort high',
  get: 'Send a file of the folder here: /get path, or /get . to list it',
  clear: 'Begin a new conversation in this session: Claude forgets what was said',
  compact: 'Make the conversation shorter: /compact, or /compact what to keep',
  rewind: "Put back the files that Claude's edit tools changed",
  usage: 'How full the conversation is, and how much of the plan is used',
  cost: 'What the session has cost so far',
  cwd: 'Where the session works: /cwd, or /cwd folder to go on elsewhere',
  commands: "Claude's own commands and skills in this folder",
  diff: 'What changed since your last prompt, or /diff all since the commit',
  end: 'End the session; the next message starts a new one',
  sessions: 'List the sessions: switch, suspend, wake, rename, end',
  resume: 'Go on with a conversation of this folder, also of the terminal: /resume words',
  fork: 'Go on with a copy of this conversation: /fork, or /fork name',
  rename: 'Give the session another name: /rename name',
  help: 'What this bot can do',
} as const;

export type CommandName = keyof typeof COMMAND_SUMMARIES;

export const COMMAND_NAMES = Object.keys(COMMAND_SUMMARIES) as CommandName[];
