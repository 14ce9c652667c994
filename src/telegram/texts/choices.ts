/** What the bot asks when only a person can decide how a turn goes on, and what it leaves of the question afterwards. */
import type { ChoiceOption, ChoiceOutcome, ChoiceSubject } from '../../../machines/session-record.ts';
import { formatDuration } from '../../words/duration.ts';
import { concat, rich, type RichText } from '../render/rich-text.ts';

/** On the buttons, and in the toast after a tap. */
export const CHOICE_LABELS: Record<ChoiceOption, string> = {
  keepWaiting: 'Keep waiting',
  interrupt: 'Interrupt',
  restart: 'Restart Claude',
  continue: 'Let Claude continue',
  drop: 'Leave it unfinished',
  trust: 'Trust',
  withoutSettings: 'Go on without its settings',
};

/** What is asked about a folder is in `trust.ts`. */
export function choiceText(about: Exclude<ChoiceSubject, { type: 'trust' }>): RichText {
  switch (about.type) {
    case 'silence':
      return rich`Claude has said nothing for ${formatDuration(about.silentForMs)} in this turn. It may be busy with something long, or stuck. Interrupt ends the turn. Restart Claude starts its process anew, and it goes on with the turn.`;
    case 'cutOff':
      return rich`Claude's turn for this was cut off a second time. Shall it continue where it stopped?`;
  }
}

/** In place of the question. */
export function choiceClosedText(about: ChoiceSubject['type'], outcome: ChoiceOutcome): RichText {
  return concat(ASKED[about], ' ', outcome === 'overtaken' ? OVERTAKEN[about] : OUTCOMES[outcome]);
}

const ASKED: Record<ChoiceSubject['type'], string> = {
  silence: 'Claude said nothing for a long time.',
  cutOff: "Claude's turn for this was cut off a second time.",
  trust: 'This folder brings settings of its own, with which Claude Code runs programs.',
};

const OVERTAKEN: Record<ChoiceSubject['type'], string> = {
  silence: 'That is over.',
  cutOff: 'It was not continued, because the session ended.',
  trust: 'That need not be decided here any more.',
};

const OUTCOMES: Record<ChoiceOption, string> = {
  keepWaiting: 'You keep waiting; I ask again if it stays silent.',
  interrupt: 'You interrupted it.',
  restart: 'You restarted it; it goes on where it stopped.',
  continue: 'You let it continue.',
  drop: 'You left it unfinished.',
  trust: 'You trusted it.',
  withoutSettings: 'You go on without them.',
};
