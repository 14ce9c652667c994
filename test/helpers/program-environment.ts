/** The environment of a daemon that speaks to nothing but loopback: an emulated Telegram, and Claude Code to a scripted model. */
import { join } from 'node:path';

export interface ProgramPlace {
  home: string;
  dataDir: string;
  workspace: string;
  /** Where the daemon finds Telegram: the emulator, or what stands before it. */
  telegram: { token: string; url: string };
  modelUrl: string;
  /** Telegram ids. */
  allowedUsers: readonly number[];
}

export function programEnvironment(place: ProgramPlace): Record<string, string> {
  const { home, dataDir, workspace, telegram, modelUrl, allowedUsers } = place;
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    HIBERNAUT_ALLOWED_USERS: allowedUsers.join(','),
    HIBERNAUT_DATA_DIR: dataDir,
    HIBERNAUT_WORKSPACE: workspace,
    HIBERNAUT_HTTP: 'off',
    HIBERNAUT_DRAIN: '5s',
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'scripted',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    IS_SANDBOX: '1',
  };
}
