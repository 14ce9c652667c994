/** What the bot asks before Claude may use a tool, the questions that Claude asks itself, and what is left of both. */
import { openQuestion } from '../../../machines/session-approvals.ts';
import type { Approval, ApprovalEnd, ApprovalTap, Question } from '../../../machines/session-record.ts';
import { bold, code, join, plain, rich, type RichText } from '../render/rich-text.ts';
import { splitRichText } from '../render/split.ts';
import { visible } from '../render/visible.ts';
import { planSource, toolCallText } from './tool-calls.ts';
import { words } from './others-words.ts';

/** On the buttons. */
export const TAP_LABELS = {
  tool: {
    allow: 'Allow',
    deny: 'Deny',
    allowForSession: 'Allow for this session',
    allowForProject: 'Always allow in this project',
    words: 'Deny and say why',
  },
  plan: {
    allow: 'Approve',
    acceptEdits: 'Approve and accept edits',
    deny: 'Keep planning',
    words: 'Keep planning, and say what to change',
  },
  questions: { words: 'Something else…', deny: "Don't answer" },
} as const satisfies Record<Approval['subject']['type'], Partial<Record<NamedTap, string>>>;
/** Instead of Allow for this session, where that is what Claude suggested to keep. */
export const ALLOW_EDITS_LABEL = 'Allow all edits in this session';
export const DONE_LABEL = 'Done';

type NamedTap = Extract<ApprovalTap, string>;

/** In the toast, and below what was asked. */
const TAPPED_WORDS: Record<Exclude<NamedTap, 'words'>, string> = {
  allow: 'Allowed',
  allowForSession: 'Allowed for this session',
  allowForProject: 'Always allowed in this project',
  acceptEdits: 'Approved, edits accepted',
  deny: 'Denied',
};
const PLAN_WORDS: Partial<Record<NamedTap, string>> = { allow: 'Approved', deny: 'Keep planning' };

export const WORDS_TOAST = 'Write it: your next message is the answer.';

/** Below Telegram's 4,096, so that what was decided can be added to the last part. */
const PART_LIMIT = 4_000;
/** How much of what goes out as a file is shown above the buttons too. */
const EXCERPT_LIMIT = 2_500;

export interface ApprovalText {
  /** What Claude wants to do, whole, in as many messages as it takes; the buttons belong on the last one. */
  whole: RichText[];
  /** What goes out instead where that is more than one message; null where it is not. */
  long: LongApproval | null;
}

export interface LongApproval {
  /** Holds the whole. */
  file: { fileName: string; text: string };
  caption: RichText;
  /** Its beginning, for the buttons, and where the rest is. */
  excerpt: RichText;
}

/** What is asked before a tool may run, or by Claude itself. Nothing in it can be tapped, and what is invisible is shown. */
export function approvalText(approval: Approval): ApprovalText {
  const question = openQuestion(approval);
  const text = question ? questionText(approval, question) : toolCallText(approval.toolName, approval.input);
  const whole = splitRichText(text, PART_LIMIT);
  return { whole, long: whole.length > 1 ? longApproval(approval, text) : null };
}

function longApproval(approval: Approval, text: RichText): LongApproval {
  const [beginning = plain('')] = splitRichText(text, EXCERPT_LIMIT);
  const warning = rich`✂ ${bold('This is only the beginning.')} All of it is in the file above: read it before you decide.`;
  return {
    file: fileOf(approval, text.text),
    caption: rich`All of what is asked below.`,
    excerpt: join([beginning, warning], '\n\n'),
  };
}

/** Named so that every phone can show it. */
function fileOf({ subject, toolName, input }: Approval, shown: string): LongApproval['file'] {
  if (subject.type === 'questions') return { fileName: 'question.txt', text: shown };
  if (subject.type === 'plan') return { fileName: 'plan.md', text: planSource(input) ?? shown };
  return { fileName: FILE_NAMES[toolName] ?? 'request.txt', text: shown };
}

const FILE_NAMES: Partial<Record<string, string>> = {
  Bash: 'command.txt',
  Edit: 'change.txt',
  MultiEdit: 'change.txt',
  Write: 'change.txt',
};

function questionText({ subject }: Approval, { question, options, multiSelect }: Question): RichText {
  const all = subject.type === 'questions' ? subject.questions.length : 1;
  const done = subject.type === 'questions' ? subject.answers.length : 0;
  const place = all > 1 ? ` (${String(done + 1)} of ${String(all)})` : '';
  const several = multiSelect ? ' Tap all that apply, then Done.' : '';
  const lines = options.map(({ label, description }) =>
    description === '' ? rich`• ${words(label)}` : rich`• ${bold(words(label))} – ${words(description)}`,
  );
  return join([rich`Claude asks${place}: ${bold(words(question))}${several}`, ...lines], '\n');
}

/** What a tap decided, in a few words; of options, their own. */
export function tappedText(before: Approval, tap: Exclude<ApprovalTap, 'words'>): string {
  const { subject } = before;
  if (typeof tap === 'string') {
    if (subject.type === 'questions') return 'Not answered';
    return (subject.type === 'plan' ? PLAN_WORDS[tap] : undefined) ?? TAPPED_WORDS[tap];
  }
  if (tap.option !== 'done') return visible(openQuestion(before)?.options[tap.option]?.label ?? '');
  return visible(subject.type === 'questions' ? subject.chosen.join(', ') : '');
}

/** In place of the question. */
export function approvalClosedText(toolName: string, why: ApprovalEnd): RichText {
  return rich`${WHY_CLOSED[why]}: ${code(visible(toolName))}`;
}

const WHY_CLOSED = {
  interrupted: 'No longer asked, because the turn was interrupted',
  ended: "No longer asked, because Claude's process ended",
  notAskedAgain: 'No longer asked, because Claude went on without it after a restart',
} as const satisfies Record<ApprovalEnd, string>;
