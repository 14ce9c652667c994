/** How Claude works in a session: the model, its effort, the permission mode; by whom they change. Pure. */
import { closeAllApprovals } from './session-approvals.ts';
import type { ClaudeSettings, EventOf } from './session-events.ts';
import type { PermissionMode, SessionRecord } from './session-record.ts';
import { closeTrust } from './session-trust.ts';

/** People's own choice. */
export function changeSettings(record: SessionRecord, settings: Partial<ClaudeSettings>): SessionRecord {
  const { permissionMode } = settings;
  return permissionMode === undefined
    ? { ...record, ...settings }
    : { ...inMode(record, permissionMode), ...settings };
}

/** Claude's own word on its mode. */
export function noteMode(record: SessionRecord, permissionMode: PermissionMode): SessionRecord {
  return record.permissionMode === permissionMode ? record : inMode(record, permissionMode);
}

/** "Allow all edits for this session" is kept as a rule that sets a mode: it ends with the next mode. */
function inMode(record: SessionRecord, permissionMode: PermissionMode): SessionRecord {
  const sessionRules = record.sessionRules.filter((rule) => rule['type'] !== 'setMode');
  return { ...record, permissionMode, sessionRules };
}

/** "Allow for this session" said so. */
export function grantRules(
  record: SessionRecord,
  { rules }: EventOf<'claude.sessionRulesGranted'>,
): SessionRecord {
  return { ...record, sessionRules: [...record.sessionRules, ...rules] };
}

/** What was asked, and what was allowed for the session, was so for what it did in the folder before. */
export function changeWorkspace(
  record: SessionRecord,
  { workspace, at }: EventOf<'user.workspaceChanged'>,
): SessionRecord {
  const unasked = closeAllApprovals(record, 'interrupted', at);
  return {
    ...closeTrust(unasked, at),
    workspace,
    folderSettings: 'asTrusted',
    sessionRules: [],
    lastActivityAt: at,
  };
}
