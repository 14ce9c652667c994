/** Commands about how Claude works in the current session: its permission mode, its model, its effort. */
import { DEFAULT_MODEL, type ClaudeOffers, type ModelOffer } from '../../../../machines/claude-offers.ts';
import { EFFORTS, type Effort, type PermissionMode } from '../../../../machines/session-record.ts';
import type { SessionView } from '../../../../machines/session-view.ts';
import type { SettingsPort } from '../../ports.ts';
import * as texts from '../../texts/settings.ts';
import { effortKeyboard, modeKeyboard, modelKeyboard, type Setting } from '../settings-buttons.ts';
import { aboutCurrent, unlessAtDesk, type CommandCall, type Reply, type Run } from './command.ts';

const MODE_WORDS: Record<string, PermissionMode> = {
  default: 'default',
  ask: 'default',
  acceptedits: 'acceptEdits',
  accept: 'acceptEdits',
  edits: 'acceptEdits',
  plan: 'plan',
  bypass: 'bypassPermissions',
  bypasspermissions: 'bypassPermissions',
};

const MODEL_NAME = /^[\w.:/@[\]-]{3,200}$/;
/** A full model id has a version in it, and names of other providers, too. */
const MODEL_ID = /\d/;

const DEFAULT_WORDS = ['default', 'auto', 'none', 'off'];

const mode: Run = async (call, sessions) => {
  const session = await current(call, sessions);
  const word = call.argument.toLowerCase().replace(/[\s_-]/g, '');
  if (word === '') return modeReply(session, sessions);
  const permissionMode = MODE_WORDS[word];
  if (!permissionMode) return { ...modeReply(session, sessions), text: texts.unknownModeText(call.argument) };
  if (permissionMode === 'bypassPermissions' && !sessions.allowsBypass) {
    return { text: texts.bypassForbiddenText() };
  }
  return modeReply(await change(call, session, { permissionMode }, sessions), sessions);
};

const model: Run = async (call, sessions) => {
  const session = await current(call, sessions);
  const models = modelsIn(await sessions.offers(session, call.at));
  if (call.argument === '') return modelReply(session, models);
  const wanted = modelOf(call.argument, models);
  if (wanted === undefined) {
    return { ...modelReply(session, models), text: texts.unknownModelText(call.argument, models) };
  }
  const changed = await change(call, session, { model: wanted }, sessions);
  return { ...modelReply(changed, models), text: texts.modelChangedText(changed, models) };
};

const effort: Run = async (call, sessions) => {
  const session = await current(call, sessions);
  const efforts = effortsOf(session, modelsIn(await sessions.offers(session, call.at)));
  const word = call.argument.toLowerCase();
  if (word === '') return effortReply(session, efforts);
  const wanted = DEFAULT_WORDS.includes(word) ? null : efforts.find((level) => level === word);
  if (wanted === undefined) {
    return { ...effortReply(session, efforts), text: texts.unknownEffortText(call.argument, efforts) };
  }
  return effortReply(await change(call, session, { effort: wanted }, sessions), efforts);
};

const clear: Run = async ({ address, at }, sessions) => {
  const session = await sessions.current(address);
  const cleared = session && (await sessions.newConversation(address.chatId, session.id, at));
  return aboutCurrent(cleared, unlessAtDesk(texts.clearedText));
};

export const SETTINGS_COMMANDS = { mode, model, effort, clear } satisfies Record<string, Run>;

/** What is shown of a setting after a tap. */
export async function settingReply(
  field: Setting['field'],
  session: SessionView,
  sessions: SettingsPort,
  at: number,
): Promise<Reply> {
  if (field === 'permissionMode') return modeReply(session, sessions);
  const models = modelsIn(await sessions.offers(session, at));
  return field === 'model' ? modelReply(session, models) : effortReply(session, effortsOf(session, models));
}

function modeReply(session: SessionView, { allowsBypass }: Pick<SettingsPort, 'allowsBypass'>): Reply {
  return { text: texts.modeText(session), keyboard: modeKeyboard(session, { allowsBypass }) };
}

function modelReply(session: SessionView, models: readonly ModelOffer[]): Reply {
  return { text: texts.modelText(session, models), keyboard: modelKeyboard(session, models) };
}

function effortReply(session: SessionView, efforts: readonly Effort[]): Reply {
  return { text: texts.effortText(session, efforts), keyboard: effortKeyboard(session, efforts) };
}

function current({ address, messageId, at }: CommandCall, sessions: SettingsPort): Promise<SessionView> {
  return sessions.currentOrNew(address, messageId, at);
}

async function change(
  { address, at }: CommandCall,
  session: SessionView,
  settings: Parameters<SettingsPort['changeSettings']>[2],
  sessions: SettingsPort,
): Promise<SessionView> {
  return (await sessions.changeSettings(address.chatId, session.id, settings, at)) ?? session;
}

function modelsIn(offers: ClaudeOffers | null): readonly ModelOffer[] {
  return offers?.models ?? [];
}

/** Of the session's model; all that there are, if nobody knows the models. */
function effortsOf({ model }: SessionView, models: readonly ModelOffer[]): readonly Effort[] {
  if (models.length === 0) return EFFORTS;
  const wanted = model ?? DEFAULT_MODEL;
  const offer = models.find(({ value, resolved }) => value === wanted || resolved === wanted);
  return (offer ?? models[0])?.efforts ?? [];
}

/** Null is the default; undefined is no model. */
function modelOf(word: string, models: readonly ModelOffer[]): string | null | undefined {
  if (DEFAULT_WORDS.includes(word.toLowerCase())) return null;
  const isNamed = (name: string | null): boolean => name?.toLowerCase() === word.toLowerCase();
  const offer = models.find(({ value, name, resolved }) => [value, name, resolved].some(isNamed));
  if (offer) return offer.value === DEFAULT_MODEL ? null : offer.value;
  // What nobody can check is taken at its word.
  const isLikely = MODEL_NAME.test(word) && (MODEL_ID.test(word) || models.length === 0);
  return isLikely ? word : undefined;
}
