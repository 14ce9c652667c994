/** Commands that are a person's to give, and that Claude does not run unawares: who may use the bot. */
import { OWNER_VARIABLE } from '../claude/process/owner.ts';
import { ControlError } from '../control/protocol.ts';

/**
 * No wall: whatever runs as this user can take the variable away, or write to the socket. It keeps Claude from what it
 * was talked into without knowing better, and makes the way around it conspicuous in what a person is asked to allow.
 * @throws ControlError within a session of ours
 */
export function refuseWithinSession(environment: NodeJS.ProcessEnv): void {
  if (environment[OWNER_VARIABLE] === undefined) return;
  throw new ControlError(
    'This is inside of a session: Claude runs this command. Who may use the bot is decided in a terminal of your own.',
  );
}
