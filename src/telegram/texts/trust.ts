/** What the bot asks before Claude works in a folder that brings programs along, and all of what they are. */
import type { FolderProgram, ProgramKind, UntrustedFolder } from '../../../machines/folder-programs.ts';
import { bold, code, join, rich, type RichText } from '../render/rich-text.ts';
import { splitRichText } from '../render/split.ts';
import { visible } from '../render/visible.ts';
import type { ApprovalText } from './approvals.ts';

/** Below Telegram's 4,096. */
const PART_LIMIT = 4_000;
/** How much of what goes out as a file is shown above the buttons too. */
const EXCERPT_LIMIT = 2_000;

/** All of it is the folder's own words: nothing in it can be tapped, and what is invisible is shown. */
export function trustText({ folder, programs }: UntrustedFolder): ApprovalText {
  const asked = rich`${bold('Trust this folder?')} ${code(visible(folder))} brings settings of its own. With them Claude Code does this as your user, before I can ask you:`;
  const listed = join(programs.map(programLine), '\n');
  const all = join([asked, listed, WHAT_THE_BUTTONS_DO], '\n\n');
  const whole = splitRichText(all, PART_LIMIT);
  if (whole.length === 1) return { whole, long: null };
  const [beginning = listed] = splitRichText(listed, EXCERPT_LIMIT);
  const warning = rich`✂ ${bold('This is only the beginning.')} All of it is in the file above: read it before you decide.`;
  return {
    whole,
    long: {
      file: { fileName: 'folder.txt', text: all.text },
      caption: rich`All of what is asked below.`,
      excerpt: join([asked, beginning, warning, WHAT_THE_BUTTONS_DO], '\n\n'),
    },
  };
}

const WHAT_THE_BUTTONS_DO = rich`Trust lets it, here and from now on; what is new is asked about again. Without its settings Claude works here with none of it, nor with its CLAUDE.md and skills. What you wrote waits for your tap; /stop takes it back.`;

const KINDS: Record<Exclude<ProgramKind, 'more'>, string> = {
  hook: 'Hook',
  helper: 'Helper',
  server: 'MCP server',
  environment: 'Variable',
  permission: 'No asking for',
  plugin: 'Plugin',
  skill: 'Skill, command or agent',
  setting: 'Setting',
  unreadable: "Can't be read",
};

function programLine({ kind, name, words, from }: FolderProgram): RichText {
  if (kind === 'more') return rich`• And ${name} more, too many to list: look into the folder`;
  const isNamed = name !== from && !(kind === 'permission' && name === 'allow');
  const what = join([KINDS[kind], ...(isNamed ? [code(visible(name))] : [])], ' ');
  const line = join([what, ...(words === '' ? [] : [code(visible(words))])], ': ');
  return rich`• ${line} (${code(visible(from))})`;
}
