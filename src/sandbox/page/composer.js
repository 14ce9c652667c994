/** Where a person writes: the growing input, the command menu, and who is writing in a group. */

export class Composer {
  #form;
  #input;
  #send;
  #menu;
  #menuButton;
  #speaker;
  #speakerRow;
  #commands = [];
  #offered = [];
  /** -1: nothing is chosen, Enter sends what was typed. */
  #active = -1;
  /** conversation key → what was typed and not sent */
  #unsent = new Map();
  #conversation = null;
  #onSend;

  /** @param {{onSend: (text: string) => void, onSpeaker: () => void}} listeners */
  constructor({ form, input, send, menu, menuButton, speaker, speakerRow }, { onSend, onSpeaker }) {
    this.#form = form;
    this.#input = input;
    this.#send = send;
    this.#menu = menu;
    this.#menuButton = menuButton;
    this.#speaker = speaker;
    this.#speakerRow = speakerRow;
    this.#onSend = onSend;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(input.value);
    });
    input.addEventListener('input', () => this.#typed());
    input.addEventListener('keydown', (event) => this.#key(event));
    menuButton.addEventListener('click', () => this.#toggleMenu());
    speaker.addEventListener('change', onSpeaker);
  }

  get speaker() {
    return Number(this.#speaker.value);
  }

  get isMenuOpen() {
    return !this.#menu.hidden;
  }

  /** @param people of the conversation, as {id, name} */
  open(conversation, { people, commands }) {
    this.#commands = commands;
    if (this.#conversation?.key === conversation.key) return;
    if (this.#conversation) this.#unsent.set(this.#conversation.key, this.#input.value);
    this.#conversation = conversation;
    this.#speaker.replaceChildren(...people.map(({ id, name }) => new Option(name, String(id))));
    this.#speakerRow.hidden = people.length < 2;
    this.#input.value = this.#unsent.get(conversation.key) ?? '';
    this.#typed();
  }

  /** Puts back what could not be sent. */
  restore(text) {
    if (this.#input.value === '') this.#input.value = text;
    this.#typed();
  }

  /** What was typed, which is taken away. */
  take() {
    const { value } = this.#input;
    this.#input.value = '';
    this.#typed();
    return value;
  }

  focus() {
    this.#input.focus();
  }

  closeMenu() {
    this.#offer([]);
  }

  #submit(text) {
    if (text.trim() === '') return;
    this.#input.value = '';
    this.#typed();
    this.#onSend(text);
    this.#input.focus();
  }

  #typed() {
    const { value } = this.#input;
    this.#send.disabled = value.trim() === '';
    this.#input.style.height = 'auto';
    this.#input.style.height = `${this.#input.scrollHeight}px`;
    const typed = /^\/(\w*)$/.exec(value)?.[1]?.toLowerCase();
    this.#offer(typed === undefined ? [] : this.#commands.filter(({ command }) => command.startsWith(typed)));
  }

  #toggleMenu() {
    this.#offer(this.isMenuOpen ? [] : this.#commands);
    this.#input.focus();
  }

  #offer(commands) {
    this.#offered = commands;
    this.#active = -1;
    this.#menu.hidden = commands.length === 0;
    this.#menuButton.setAttribute('aria-expanded', String(!this.#menu.hidden));
    this.#input.setAttribute('aria-expanded', String(!this.#menu.hidden));
    this.#menu.replaceChildren(...commands.map((command, index) => this.#option(command, index)));
    this.#choose(-1);
  }

  #option({ command, description }, index) {
    const option = document.createElement('li');
    option.id = `command-${index}`;
    option.setAttribute('role', 'option');
    const name = document.createElement('b');
    name.textContent = `/${command}`;
    option.append(name, ' ', description);
    // Before the input loses its focus.
    option.addEventListener('pointerdown', (event) => event.preventDefault());
    option.addEventListener('click', () => this.#submit(`/${command}`));
    return option;
  }

  #choose(index) {
    this.#active = index;
    for (const [position, option] of [...this.#menu.children].entries()) {
      option.setAttribute('aria-selected', String(position === index));
      if (position === index) option.scrollIntoView({ block: 'nearest' });
    }
    if (index === -1) this.#input.removeAttribute('aria-activedescendant');
    else this.#input.setAttribute('aria-activedescendant', `command-${index}`);
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.isMenuOpen && this.#menuKey(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#form.requestSubmit();
    }
  }

  /** True: the menu used the key. */
  #menuKey(event) {
    const count = this.#offered.length;
    const chosen = this.#offered[this.#active] ?? (event.key === 'Tab' ? this.#offered[0] : undefined);
    if (event.key === 'ArrowDown') this.#choose((this.#active + 1) % count);
    else if (event.key === 'ArrowUp') this.#choose((Math.max(this.#active, 0) + count - 1) % count);
    else if (event.key === 'Escape') this.closeMenu();
    else if (event.key === 'Enter' && chosen) this.#submit(`/${chosen.command}`);
    else if (event.key === 'Tab' && !event.shiftKey && chosen) {
      this.#input.value = `/${chosen.command} `;
      this.#typed();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
