/** The dialog that makes a new group, or a new topic in a forum. */

export class NewChatDialog {
  #dialog;
  #kind;
  #title;
  #world;

  /** @param onCreate called with {kind: 'group', title} or {kind: 'topic', chatId, userId, title} */
  constructor({ dialog, form, kind, title, cancel }, onCreate) {
    this.#dialog = dialog;
    this.#kind = kind;
    this.#title = title;
    cancel.addEventListener('click', () => dialog.close());
    form.addEventListener('submit', () => {
      const chatId = Number(kind.value);
      onCreate(
        chatId === 0 ? { kind: 'group', title: title.value } : { kind: 'topic', chatId, title: title.value },
      );
    });
  }

  open(world) {
    this.#world = world;
    const topics = world.forums.map(({ chatId, title }) => new Option(`Topic in ${title}`, String(chatId)));
    this.#kind.replaceChildren(...topics, new Option('Group', '0'));
    this.#title.value = '';
    this.#dialog.showModal();
    this.#title.focus();
  }
}
