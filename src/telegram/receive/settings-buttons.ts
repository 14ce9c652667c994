/** The buttons of /mode, /model and /effort: each names its session and one value. Anyone can forge what they carry. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import { DEFAULT_MODEL, type ModelOffer } from '../../../machines/claude-offers.ts';
import type { ClaudeSettings } from '../../../machines/session-events.ts';
import {
  EFFORTS,
  PERMISSION_MODES,
  type Effort,
  type PermissionMode,
} from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { DEFAULT_EFFORT_LABEL, MODE_LABELS } from '../texts/settings.ts';
import { fits } from './button-data.ts';

/** One of the three settings, as a button sets it. */
export type Setting =
  | { field: 'permissionMode'; value: PermissionMode }
  | { field: 'model'; value: string | null }
  | { field: 'effort'; value: Effort | null };

export interface SettingButton {
  kind: 'setting';
  sessionId: string;
  setting: Setting;
}

/** Mode, model, effort. */
type Field = 'm' | 'o' | 'e';

type Choice = { label: string; value: string; isChosen: boolean };

export function modeKeyboard(
  { id, permissionMode }: SessionView,
  options: { allowsBypass: boolean },
): InlineKeyboardMarkup {
  const modes = PERMISSION_MODES.filter((mode) => mode !== 'bypassPermissions' || options.allowsBypass);
  const label = (mode: PermissionMode) =>
    mode === 'bypassPermissions' ? `⚠️ ${MODE_LABELS[mode]}` : MODE_LABELS[mode];
  return keyboard(
    'm',
    id,
    modes.map((mode) => ({ label: label(mode), value: mode, isChosen: mode === permissionMode })),
  );
}

export function modelKeyboard(
  { id, model }: SessionView,
  models: readonly ModelOffer[],
): InlineKeyboardMarkup {
  return keyboard(
    'o',
    id,
    models.map(({ value, name }) => ({
      label: name,
      value,
      isChosen: value === (model ?? DEFAULT_MODEL),
    })),
  );
}

export function effortKeyboard(
  { id, effort }: SessionView,
  efforts: readonly Effort[],
): InlineKeyboardMarkup {
  if (efforts.length === 0) return { inline_keyboard: [] };
  return keyboard('e', id, [
    { label: DEFAULT_EFFORT_LABEL, value: '', isChosen: effort === null },
    ...efforts.map((level) => ({ label: level, value: level, isChosen: level === effort })),
  ]);
}

/** Two in a row: their names are short. A value that no button can carry is set by word. */
function keyboard(field: Field, sessionId: string, choices: Choice[]): InlineKeyboardMarkup {
  const buttons = choices
    .map(({ label, value, isChosen }) => ({
      text: `${isChosen ? '✓ ' : ''}${label}`,
      callback_data: `=${field}:${sessionId}:${value}`,
    }))
    .filter((button) => fits(button.callback_data));
  const rows = buttons.flatMap((_, index) => (index % 2 === 0 ? [buttons.slice(index, index + 2)] : []));
  return { inline_keyboard: rows };
}

/** What the data of such a button means, or null if it is none. */
export function readSettingButton(data: string): SettingButton | null {
  const [, key = '', sessionId = '', value = ''] = /^=([moe]):([^:]+):(.*)$/.exec(data) ?? [];
  const setting = readSetting(key, value);
  return setting && { kind: 'setting', sessionId, setting };
}

function readSetting(key: string, value: string): Setting | null {
  if (key === 'm') {
    const mode = PERMISSION_MODES.find((known) => known === value);
    return mode ? { field: 'permissionMode', value: mode } : null;
  }
  if (key === 'o') return { field: 'model', value: value === DEFAULT_MODEL || value === '' ? null : value };
  const effort = EFFORTS.find((known) => known === value);
  if (key !== 'e' || (value !== '' && !effort)) return null;
  return { field: 'effort', value: effort ?? null };
}

export function settingsOf({ field, value }: Setting): Partial<ClaudeSettings> {
  return { [field]: value };
}
