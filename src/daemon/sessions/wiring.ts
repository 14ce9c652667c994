/** The one place where the session machine meets I/O: its process and its recovery. */
import { fromCallback, fromPromise } from 'xstate';
import type { ClaudeOffers } from '../../../machines/claude-offers.ts';
import type {
  ClaudeCommand,
  ClaudeEvent,
  ClaudeInput,
  DeskCommand,
  DeskInput,
  DeskVisit,
  Recovery,
  RecoveryInput,
  RoomEvent,
  RoomInput,
} from '../../../machines/session-events.ts';
import { CONTINUE_PROMPT } from '../../../machines/session-inbox.ts';
import { sessionMachine } from '../../../machines/session.machine.ts';
import type { ClaudeListener, ClaudePort, TrustKeeper, TurnProgress } from '../../claude/ports.ts';
import type { DaemonLog } from '../log.ts';
import type { Processes } from './processes.ts';
import type { Room } from './room.ts';

export interface Wiring {
  claude: Pick<ClaudePort, 'recover' | 'desk'>;
  /** What the record takes over of what happened at the desk. */
  settleVisit: (sessionId: string, visit: DeskVisit) => Promise<DeskVisit>;
  processes: Processes;
  room: Pick<Room, 'ask'>;
  trust: TrustKeeper;
  log: DaemonLog;
  /** Resolves once the session's newest record is on disk: a prompt that no record knows of could be handed over twice. */
  savedAtLast: (sessionId: string) => Promise<void>;
  onProgress: (sessionId: string, progress: TurnProgress) => void;
  /** @param workspace where the process works */
  onOffers: (sessionId: string, workspace: string, offers: ClaudeOffers) => void;
  /** A turn has begun with a prompt; not one that is only taken up again. Claude has it: nothing that this does delays it. */
  onTurn: (input: ClaudeInput) => void;
  /** Claude sends files: resolves as the process's listener says. */
  sendFiles: (
    sessionId: string,
    ...args: Parameters<ClaudeListener['sendFiles']>
  ) => ReturnType<ClaudeListener['sendFiles']>;
}

/** By these Claude says that it has begun with a prompt: with one that joins a turn only by the second. */
const BEGINS: ReadonlySet<ClaudeEvent['type']> = new Set(['claude.turnStarted', 'claude.promptTaken']);

export function wireSession(wiring: Wiring): typeof sessionMachine {
  const { claude, processes, log } = wiring;
  return sessionMachine.provide({
    actors: {
      claude: fromCallback<ClaudeCommand, ClaudeInput>(({ input, sendBack, receive }) => {
        let isNewPrompt = false;
        const process = processes.start(
          input,
          {
            trust: wiring.trust,
            event: (event) => {
              sendBack(event);
              if (!isNewPrompt || !BEGINS.has(event.type)) return;
              isNewPrompt = false;
              wiring.onTurn(input);
            },
            progress: (progress) => wiring.onProgress(input.id, progress),
            offers: (offers) => wiring.onOffers(input.id, input.workspace, offers),
            sendFiles: (files) => wiring.sendFiles(input.id, files),
          },
          () => wiring.savedAtLast(input.id),
        );
        receive((command) => {
          if (command.type === 'claude.prompt' && command.text !== CONTINUE_PROMPT) isNewPrompt = true;
          process.send(command);
        });
        return () => process.release();
      }),
      room: fromCallback<RoomEvent, RoomInput>(({ input, sendBack }) => wiring.room.ask(input, sendBack)),
      desk: fromCallback<DeskCommand, DeskInput>(({ input, sendBack, receive }) => {
        if (!input.desk) throw new Error(`Nobody has session ${input.id} at the desk.`);
        const watch = claude.desk.watch(input.desk, (event) => {
          if (event.type !== 'desk.detached') return sendBack(event);
          void wiring
            .settleVisit(input.id, event.visit)
            .catch((error: unknown) => {
              log.error({ sessionId: input.id, err: error }, 'desk.visitNotSettled');
              return event.visit;
            })
            .then((visit) => sendBack({ ...event, visit }));
        });
        receive((command) => watch.send(command));
        return () => watch.release();
      }),
      recover: fromPromise<Recovery, RecoveryInput>(async ({ input }) => {
        try {
          return await claude.recover(input);
        } catch (error) {
          log.error({ sessionId: input.id, err: error }, 'session.recoveryFailed');
          throw error;
        }
      }),
    },
  });
}
