/** How Claude works in a session, as its people want it, and what they can choose from. */
import { randomUUID } from 'node:crypto';
import type { SettingsPort } from '../../telegram/ports.ts';
import { wake } from '../sessions/awake.ts';
import { resolveFolder, type FolderRules } from '../sessions/folders.ts';
import { idWithin, type ChatSessions } from '../chats/chat-sessions.ts';
import type { ClockOfActors } from '../sessions/saving.ts';
import type { SessionMaking } from '../sessions/session-making.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { AT_DESK_TEXT } from '../../telegram/texts/at-desk.ts';
import { AT_WORK_IN_FOLDER_TEXT } from '../../telegram/texts/refusals.ts';

export interface SettingsOptions {
  sessions: Sessions;
  ofChat: ChatSessions;
  making: SessionMaking;
  allowBypass: boolean;
  clock: ClockOfActors;
  rules: FolderRules;
}

export function createSettings(options: SettingsOptions): SettingsPort {
  const { sessions, ofChat, making, allowBypass, clock, rules } = options;

  return {
    allowsBypass: allowBypass,

    currentOrNew: (address, messageId, at) =>
      ofChat.inTurn(address, async (here) => {
        const createdBy = idWithin(here, address, messageId);
        const id = (await ofChat.currentId(here)) ?? (await making.addByDefault(here, createdBy, at));
        const view = await ofChat.view(id);
        if (!view) throw new Error(`The record of session ${id} can't be read.`);
        return view;
      }),

    changeSettings: (chatId, sessionId, settings, at) => {
      // A button may be older than the configuration.
      const isForbidden = settings.permissionMode === 'bypassPermissions' && !allowBypass;
      const event = { type: 'user.settingsChanged', settings, at } as const;
      return ofChat.tellOne(chatId, sessionId, isForbidden ? null : event);
    },

    changeFolder: async (chatId, sessionId, folder, at) => {
      const workspace = await resolveFolder(folder, rules);
      if (typeof workspace !== 'string') return workspace;
      const view = await ofChat.tellOne(chatId, sessionId, { type: 'user.workspaceChanged', workspace, at });
      if (!view || view.workspace === workspace) return view;
      return { refused: view.desk ? AT_DESK_TEXT : AT_WORK_IN_FOLDER_TEXT };
    },

    newConversation: (chatId, sessionId, at) =>
      ofChat.tellOne(chatId, sessionId, { type: 'user.newConversation', claudeSessionId: randomUUID(), at }),

    offers: async ({ id, workspace }, at) => {
      const known = sessions.offers.of(workspace);
      if (known) return known;
      return sessions.use(id, async (session) => {
        await wake(session, { sessions, clock, at });
        return sessions.offers.of(workspace);
      });
    },
  };
}
