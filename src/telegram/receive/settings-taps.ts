/** Taps on the buttons of /mode, /model and /effort: the setting changes, and the message shows what holds now. */
import type { ChatAddress, SessionsPort } from '../ports.ts';
import { plain, type RichText } from '../render/rich-text.ts';
import { SESSION_GONE_TOAST } from '../texts/session-cards.ts';
import { bypassForbiddenText, effortToast, modelToast, modeToast } from '../texts/settings.ts';
import type { Reply } from './commands/command.ts';
import { settingReply } from './commands/settings.ts';
import { settingsOf, type Setting, type SettingButton } from './settings-buttons.ts';

/** Resolves when the setting is durable. */
export async function tapSetting(
  { sessionId, setting }: SettingButton,
  { address, sessions, at }: { address: ChatAddress; sessions: SessionsPort; at: number },
): Promise<{ shown: Reply; toast: string }> {
  if (setting.value === 'bypassPermissions' && !sessions.allowsBypass) return refused(bypassForbiddenText());
  const changed = await sessions.changeSettings(address.chatId, sessionId, settingsOf(setting), at);
  if (!changed) return refused(plain(SESSION_GONE_TOAST));
  return { shown: await settingReply(setting.field, changed, sessions, at), toast: toastOf(setting) };
}

/** The buttons go. */
function refused(text: RichText): { shown: Reply; toast: string } {
  return { shown: { text }, toast: text.text };
}

function toastOf(setting: Setting): string {
  switch (setting.field) {
    case 'permissionMode':
      return modeToast(setting.value);
    case 'model':
      return modelToast(setting.value);
    case 'effort':
      return effortToast(setting.value);
  }
}
