/** What is looked up when somebody asks, and not before: how many there are of everything, and how large it is. */
import { Gauge, type Registry } from 'prom-client';
import type { DaemonFigures } from '../daemon/figures.ts';
import type { DiskSpace } from '../disk/space.ts';
import type { ProcessMemory } from '../claude/ports.ts';
import type { SessionCounts, Store } from '../store/ports.ts';
import type { TelegramHealth } from '../telegram/ports.ts';
import { kept } from './kept.ts';

/** Where the figures come from, each asked at a scrape. Null, or a rejection: it is not known now. */
export interface Sources {
  figures(): DaemonFigures | null;
  telegram(): TelegramHealth | null;
  store(): Pick<Store, 'setAside' | 'countSessions'> | null;
  memory(): Promise<ProcessMemory>;
  /** By what the folder is for. */
  disks(): Promise<Record<'data' | 'workspace', DiskSpace | null>>;
  isHealthy(): boolean;
  isReady(): boolean;
  version: string;
  /** Wall clock, ms since the epoch. */
  startedAt: number;
  now(): number;
}

/** Names of 100,000 sessions take 0.4 s to list: not at every scrape. */
const KEEP_MS = 10_000;

export function createGauges(registry: Registry, sources: Sources): void {
  gauges(registry, [
    [
      'hibernaut_build_info',
      'Always 1; the version is its label.',
      ['version'],
      (set) => set({ version: sources.version }, 1),
    ],
    ['hibernaut_healthy', '1 if /healthz answers 200, else 0.', [], (set) => set({}, +sources.isHealthy())],
    ['hibernaut_ready', '1 if /readyz answers 200, else 0.', [], (set) => set({}, +sources.isReady())],
  ]);
  sessionGauges(registry, sources);
  telegramGauges(registry, sources);
  hostGauges(registry, sources);
}

function sessionGauges(registry: Registry, sources: Sources): void {
  const countSessions = kept(KEEP_MS, async (): Promise<SessionCounts | null> => {
    const store = sources.store();
    return store ? store.countSessions() : null;
  });
  const figure = (name: string, help: string, pick: (figures: DaemonFigures) => number): GaugeSpec => [
    name,
    help,
    [],
    (set) => {
      const figures = sources.figures();
      if (figures) set({}, pick(figures));
    },
  ];
  gauges(registry, [
    [
      'hibernaut_sessions',
      'Sessions by state.',
      ['state'],
      async (set) => {
        const figures = sources.figures();
        if (!figures) return;
        const { active, idle } = figures.sessions;
        set({ state: 'active' }, active);
        set({ state: 'idle' }, idle);
        const counts = await countSessions();
        if (!counts) return;
        set({ state: 'suspended' }, Math.max(0, counts.all - counts.ended - active - idle));
        set({ state: 'terminated' }, counts.ended);
      },
    ],
    figure(
      'hibernaut_max_live',
      'How many processes of Claude may live at once (HIBERNAUT_MAX_LIVE).',
      ({ room }) => room.places,
    ),
    figure(
      'hibernaut_sessions_waiting_for_room',
      'Sessions that wait until another one needs its process no more.',
      ({ room }) => room.waiting,
    ),
    figure('hibernaut_inbox_messages', 'Messages accepted and not answered yet.', ({ inbox }) => inbox),
    figure('hibernaut_outbox_items', 'Items that sessions owe to chats.', ({ outbox }) => outbox),
    figure(
      'hibernaut_undelivered_items',
      'Items for chats that Telegram refuses.',
      ({ undelivered }) => undelivered,
    ),
    figure(
      'hibernaut_approvals_waiting',
      'Approvals and questions that wait for a person.',
      ({ approvals }) => approvals,
    ),
    [
      'hibernaut_unreadable_files',
      'Records that could not be read since the start.',
      [],
      (set) => {
        const store = sources.store();
        if (store) set({}, store.setAside.length);
      },
    ],
  ]);
}

function telegramGauges(registry: Registry, sources: Sources): void {
  gauges(registry, [
    [
      'hibernaut_telegram_poll_age_seconds',
      'Since getUpdates was last answered, or since the start.',
      [],
      (set) => {
        const since = sources.telegram()?.lastPollAt ?? sources.startedAt;
        set({}, Math.max(0, sources.now() - since) / 1_000);
      },
    ],
    [
      'hibernaut_telegram_conflict',
      '1 while another program takes updates over with the same token, else 0.',
      [],
      (set) => set({}, sources.telegram()?.conflict ? 1 : 0),
    ],
  ]);
}

function hostGauges(registry: Registry, sources: Sources): void {
  const memory = () => sources.memory();
  const disks = kept(KEEP_MS, () => sources.disks());
  const perFolder = (name: string, help: string, pick: (space: DiskSpace) => number): GaugeSpec => [
    name,
    help,
    ['folder'],
    async (set) => {
      for (const [folder, space] of Object.entries(await disks())) if (space) set({ folder }, pick(space));
    },
  ];
  gauges(registry, [
    [
      'hibernaut_processes',
      'Processes of Claude with whatever they started.',
      [],
      async (set) => set({}, (await memory()).processes),
    ],
    [
      'hibernaut_process_resident_bytes',
      'Memory of the daemon, and of the processes of Claude with whatever they started; what they share counts for each.',
      ['of'],
      async (set) => {
        set({ of: 'daemon' }, process.memoryUsage.rss());
        set({ of: 'claude' }, (await memory()).residentBytes);
      },
    ],
    perFolder(
      'hibernaut_disk_available_bytes',
      'Room on the file system of a folder.',
      ({ availableBytes }) => availableBytes,
    ),
    perFolder(
      'hibernaut_disk_size_bytes',
      'Size of the file system of a folder.',
      ({ totalBytes }) => totalBytes,
    ),
  ]);
}

type SetGauge = (labels: Record<string, string>, value: number) => void;
/** Name, help, labels, and what sets it at a scrape. */
type GaugeSpec = [
  name: string,
  help: string,
  labelNames: string[],
  look: (set: SetGauge) => void | Promise<void>,
];

function gauges(registry: Registry, specs: readonly GaugeSpec[]): void {
  for (const [name, help, labelNames, look] of specs) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        // A figure that is not known now has no sample: a stale one, or 0, would be a lie.
        this.reset();
        if (labelNames.length === 0) this.remove();
        try {
          await look((labels, value) => this.set(labels, value));
        } catch {
          // The disk, or the system, refuses to say.
        }
      },
    });
  }
}
