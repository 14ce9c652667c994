/** How Claude works in a session, in words: /mode, /model, /effort. */
import { DEFAULT_MODEL, type ModelOffer } from '../../../machines/claude-offers.ts';
import type { Effort, PermissionMode } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { bold, code, concat, join, rich, type RichText } from '../render/rich-text.ts';

/** As Claude Code calls them, on buttons and in sentences. */
export const MODE_LABELS: Record<PermissionMode, string> = {
  default: 'Default',
  acceptEdits: 'Accept edits',
  plan: 'Plan',
  bypassPermissions: 'Bypass permissions',
};

const MODE_MEANINGS: Record<PermissionMode, string> = {
  default: 'Claude asks before it edits files or runs commands.',
  acceptEdits: 'Claude edits files in its folder without asking, and asks before it runs commands.',
  plan: 'Claude looks around and makes a plan; it changes nothing until you approve the plan.',
  bypassPermissions: 'Claude asks for nothing: every command and every edit goes through.',
};

export function modeText({ name, permissionMode }: SessionView): RichText {
  return join(
    [
      rich`Mode of ${bold(name)}: ${bold(MODE_LABELS[permissionMode])}.`,
      rich`${MODE_MEANINGS[permissionMode]}`,
      ...bypassLines({ permissionMode }),
    ],
    '\n',
  );
}

/** The warning that stays as long as the mode does. */
export function bypassLines({ permissionMode }: Pick<SessionView, 'permissionMode'>): RichText[] {
  return permissionMode === 'bypassPermissions'
    ? [rich`⚠️ ${bold('Nothing is asked in this session.')} ${code('/mode default')} ends that.`]
    : [];
}

export function unknownModeText(word: string): RichText {
  return rich`There is no mode ${code(word)}. Send ${code('/mode default')}, ${code('/mode edits')}, ${code('/mode plan')} or ${code('/mode bypass')}.`;
}

export function bypassForbiddenText(): RichText {
  return rich`This mode is not allowed here. Whoever runs Hibernaut can allow it with ${code('HIBERNAUT_ALLOW_BYPASS=1')} and a restart.`;
}

/** @param models empty: nobody knows them yet */
export function modelText({ name, model }: SessionView, models: readonly ModelOffer[]): RichText {
  const head = rich`Model of ${bold(name)}: ${bold(modelName(model, models))}.`;
  return models.length > 0
    ? head
    : concat(
        head,
        rich` Claude did not start, so there is no list to choose from. ${code('/model name')} sets one.`,
      );
}

export function modelChangedText(session: SessionView, models: readonly ModelOffer[]): RichText {
  const { model } = session;
  const isListed = model === null || models.length === 0 || models.some(({ value }) => value === model);
  const remark = isListed
    ? rich``
    : rich` Claude Code does not list it. If messages fail now, go back with ${code('/model default')}.`;
  return concat(modelText(session, models), remark);
}

export function unknownModelText(word: string, models: readonly ModelOffer[]): RichText {
  const names = join(
    models.map(({ value }) => code(`/model ${value}`)),
    ', ',
  );
  return rich`There is no model ${code(word)}. There are ${names}; a full id works, too.`;
}

/** On a button, too. */
export function modelName(model: string | null, models: readonly ModelOffer[]): string {
  const wanted = model ?? DEFAULT_MODEL;
  const offer = models.find(({ value }) => value === wanted);
  return offer?.name ?? model ?? "Claude Code's default";
}

export const DEFAULT_EFFORT_LABEL = 'Default';

export function effortText({ name, effort }: SessionView, efforts: readonly Effort[]): RichText {
  const head = rich`Effort of ${bold(name)}: ${bold(effort ?? "the model's default")}.`;
  return efforts.length > 0 ? head : concat(head, rich` Its model has no levels to choose from.`);
}

export function unknownEffortText(word: string, efforts: readonly Effort[]): RichText {
  const names = join(
    [...efforts, 'default'].map((level) => code(`/effort ${level}`)),
    ', ',
  );
  return rich`The model has no effort ${code(word)}. There are ${names}.`;
}

export function modeToast(permissionMode: PermissionMode): string {
  return `Mode: ${MODE_LABELS[permissionMode]}`;
}

export function modelToast(model: string | null): string {
  return `Model: ${model ?? 'default'}`;
}

export function effortToast(effort: Effort | null): string {
  return `Effort: ${effort ?? 'default'}`;
}

export function clearedText({ name }: SessionView): RichText {
  return rich`${bold(name)} begins anew: Claude remembers nothing of what was said. Folder, model and mode stay. The earlier conversation is kept; /resume lists it.`;
}
