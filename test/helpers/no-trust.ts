/** Nobody has trusted any folder. */
import type { TrustKeeper } from '../../src/claude/ports.ts';

export const NO_TRUST: TrustKeeper = { seen: () => new Set(), noteSeen: () => undefined };
