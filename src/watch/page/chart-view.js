/** The part of a chart that is seen: all of it, or what a hand, fingers or keys have moved and magnified. */

const STEP = 1.3;
/** The least of the chart's width that is shown. */
const CLOSEST = 260;
/** On a narrower screen not all of the chart is seen at first, but what lies around the current state. */
const NARROW_PX = 800;
/** How much of the chart a pixel shows around the current state: its labels can be read. */
const FOLLOWED_PER_PX = 0.9;

const KEYS = {
  ArrowLeft: (view) => view.pan(-0.15, 0),
  ArrowRight: (view) => view.pan(0.15, 0),
  ArrowUp: (view) => view.pan(0, -0.15),
  ArrowDown: (view) => view.pan(0, 0.15),
  '+': (view) => view.zoom(1 / STEP),
  '=': (view) => view.zoom(1 / STEP),
  '-': (view) => view.zoom(STEP),
  0: (view) => view.fit(),
  c: (view) => view.follow(),
};

export class View {
  #frame;
  #svg;
  #whole;
  #seen;
  #place = null;
  #isFollowing = false;
  #buttons;
  #pointers = new Map();

  constructor(container, svg) {
    const [x, y, width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
    this.#whole = { x, y, width, height };
    this.#seen = this.#whole;
    this.#svg = svg;
    this.#frame = document.createElement('div');
    this.#frame.className = 'chart-frame';
    this.#frame.tabIndex = 0;
    this.#frame.setAttribute('role', 'group');
    this.#frame.setAttribute(
      'aria-label',
      'Statechart. Arrows move it, plus and minus magnify, 0 shows all, C the current state.',
    );
    this.#frame.append(svg);
    this.#buttons = this.#makeButtons();
    container.append(this.#frame, this.#buttons);
    this.#listen();
    if (container.clientWidth > 0 && container.clientWidth < NARROW_PX) this.follow();
    else this.fit();
  }

  /** The shape of the current state. */
  set place(shape) {
    this.#place = shape;
    if (this.#isFollowing) this.#goToPlace();
  }

  fit() {
    this.#isFollowing = false;
    this.#look(this.#whole);
  }

  follow() {
    this.#isFollowing = true;
    this.#goToPlace();
  }

  /** @param factor below 1: closer. `at` stays where it is, by default the middle. */
  zoom(factor, at = this.#middle()) {
    const { x, y, width, height } = this.#seen;
    const wanted = Math.min(this.#whole.width, Math.max(CLOSEST, width * factor));
    const by = wanted / width;
    this.#isFollowing = false;
    this.#look({ x: at.x - (at.x - x) * by, y: at.y - (at.y - y) * by, width: wanted, height: height * by });
  }

  /** By parts of what is seen. */
  pan(right, down) {
    const { x, y, width, height } = this.#seen;
    this.#isFollowing = false;
    this.#look({ x: x + right * width, y: y + down * height, width, height });
  }

  #middle() {
    const { x, y, width, height } = this.#seen;
    return { x: x + width / 2, y: y + height / 2 };
  }

  #goToPlace() {
    const frame = this.#frame.getBoundingClientRect();
    if (!this.#place || frame.width === 0) return this.#look(this.#seen);
    const box = this.#place.getBBox();
    const toRoot = this.#place.parentNode.transform.baseVal.consolidate().matrix;
    const middle = { x: box.x + box.width / 2 + toRoot.e, y: box.y + box.height / 2 + toRoot.f };
    const width = Math.max(frame.width * FOLLOWED_PER_PX, box.width * 1.2);
    const height = (width * frame.height) / frame.width;
    this.#look({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
  }

  /** Some of the chart is always to be seen. */
  #look({ x, y, width, height }) {
    const { width: most, height: highest } = this.#whole;
    const within = (value, size, whole) => Math.min(whole - size / 4, Math.max(-size * 0.75, value));
    this.#seen = { x: within(x, width, most), y: within(y, height, highest), width, height };
    const { x: left, y: top } = this.#seen;
    this.#svg.setAttribute('viewBox', [left, top, width, height].map((value) => value.toFixed(1)).join(' '));
    // What is seen as a whole need not be moved: a finger that moves over it scrolls the page.
    this.#frame.classList.toggle('moves', width < most * 0.98);
    this.#buttons.querySelector('[data-do="follow"]').setAttribute('aria-pressed', String(this.#isFollowing));
  }

  #makeButtons() {
    const group = document.createElement('div');
    group.className = 'chart-buttons';
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', 'View of the statechart');
    const make = (what, text, label, act) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.do = what;
      button.textContent = text;
      button.setAttribute('aria-label', label);
      button.addEventListener('click', act);
      group.append(button);
    };
    make('closer', '+', 'Closer', () => this.zoom(1 / STEP));
    make('farther', '−', 'Farther', () => this.zoom(STEP));
    make('fit', 'All', 'Show all of the chart', () => this.fit());
    make('follow', 'Follow', 'Follow the current state', () => this.follow());
    return group;
  }

  #listen() {
    const frame = this.#frame;
    frame.addEventListener('keydown', (event) => {
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
      if (!act) return;
      event.preventDefault();
      act(this);
    });
    frame.addEventListener(
      'wheel',
      (event) => {
        // Without a key, and over a chart that is not in use, a wheel scrolls the page.
        if (!event.ctrlKey && !event.metaKey && document.activeElement !== frame) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1 / 1.12 : 1.12, this.#pointOf(event));
      },
      { passive: false },
    );
    frame.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      frame.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, event);
    });
    frame.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of ['pointerup', 'pointercancel']) {
      frame.addEventListener(end, ({ pointerId }) => this.#pointers.delete(pointerId));
    }
  }

  /** One finger moves the chart; two magnify it, too. */
  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const other = [...this.#pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    this.#pointers.set(event.pointerId, event);
    const unit = this.#unitsPerPixel();
    const share = other ? 0.5 : 1;
    const dx = (before.clientX - event.clientX) * unit * share;
    const dy = (before.clientY - event.clientY) * unit * share;
    if (dx === 0 && dy === 0) return;
    const { x, y, width, height } = this.#seen;
    this.#isFollowing = false;
    this.#look({ x: x + dx, y: y + dy, width, height });
    if (other) this.zoom(distance(before, other) / Math.max(1, distance(event, other)), this.#pointOf(other));
  }

  #unitsPerPixel() {
    return 1 / (this.#svg.getScreenCTM()?.a ?? 1);
  }

  #pointOf({ clientX, clientY }) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(this.#svg.getScreenCTM().inverse());
    return { x, y };
  }
}

function distance(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}
