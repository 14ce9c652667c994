/** Asks before what can not be taken back. */

const QUESTIONS = {
  stop: {
    question: (name) => `Stop the turn of ${name}?`,
    means:
      'Claude is interrupted in what it does, as with /stop in the chat. The process stays, and the chat is told.',
    yes: 'Stop the turn',
  },
  end: {
    question: (name) => `End ${name}?`,
    means:
      'Its process ends, and the next message in its chat starts another session. The chat is told; /resume there finds the conversation again.',
    yes: 'End the session',
  },
};

export function needsConfirmation(order) {
  return order in QUESTIONS;
}

/** Resolves with whether the person wants it. @param template of the dialog; each question has one of its own */
export function confirmed(template, order, name) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  const { question, means, yes } = QUESTIONS[order];
  dialog.querySelector('h2').textContent = question(name);
  dialog.querySelector('p').textContent = means;
  dialog.querySelector('[value=yes]').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
