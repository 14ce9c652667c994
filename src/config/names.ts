/** Which variables are Hibernaut's. A misspelt one would otherwise be a setting that silently does nothing. */
import { nearest } from '../words/nearest.ts';

const READ = [
  'HIBERNAUT_ALLOWED_USERS',
  'HIBERNAUT_DATA_DIR',
  'HIBERNAUT_WORKSPACE',
  'HIBERNAUT_WORKSPACE_ROOTS',
  'HIBERNAUT_IDLE_TIMEOUT',
  'HIBERNAUT_MAX_LIVE',
  'HIBERNAUT_PERMISSION_MODE',
  'HIBERNAUT_ALLOW_BYPASS',
  'HIBERNAUT_HTTP',
  'HIBERNAUT_LOG_LEVEL',
  'HIBERNAUT_SILENCE',
  'HIBERNAUT_DRAIN',
  'HIBERNAUT_INSPECT',
  'HIBERNAUT_TRANSCRIBE',
  'HIBERNAUT_ENV_FILE',
];

/** What we give a Claude process ourselves (`src/claude/process/owner.ts`): `hibernaut status` may be one of Claude's commands. */
const GIVEN = ['HIBERNAUT_OWNER'];

/**
 * One fault per variable that begins with HIBERNAUT_ and that nobody reads.
 * @param shown how a variable is called in a fault, which may say where it stands
 */
export function unknownNames(
  environment: NodeJS.ProcessEnv,
  shown: (name: string) => string = (name) => name,
): string[] {
  return ourNames(environment)
    .filter((name) => ![...READ, ...GIVEN].includes(name))
    .map((name) => {
      const meant = nearest(name, READ);
      return `${shown(name)} is not known. ${meant === null ? `Remove it; there are ${READ.join(', ')}.` : `Did you mean ${meant}?`}`;
    });
}

function ourNames(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment).filter((name) => name.startsWith('HIBERNAUT_'));
}
