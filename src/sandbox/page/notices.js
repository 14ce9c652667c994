/** Short notices over the chat (a button's answer, a fault), and the alert that has to be closed. */

const TOAST_MS = 4000;

export class Notices {
  #toast;
  #alert;
  #alertText;
  #timer;

  constructor({ toast, alert, alertText }) {
    this.#toast = toast;
    this.#alert = alert;
    this.#alertText = alertText;
  }

  toast(text) {
    this.#toast.textContent = text;
    this.#toast.classList.add('shown');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#toast.classList.remove('shown'), TOAST_MS);
  }

  alert(text) {
    this.#alertText.textContent = text;
    this.#alert.showModal();
  }
}
