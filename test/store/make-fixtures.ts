/**
 * Makes a folder of records as a version of the program leaves it behind. `fixtures/README.md` says when and how:
 * `node test/store/make-fixtures.ts [<main.ts of another version's checkout> <name>]`
 */
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MAIN, startProgram } from '../helpers/program.ts';
import { FIXTURES, nameOfCurrentFixture, putAway } from './kept-folders.ts';
import { shapesOfRecords } from './record-shapes.ts';
import { actOut, ALLOWED } from './scripted-people.ts';

const [main = MAIN, name = nameOfCurrentFixture()] = process.argv.slice(2);
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hibernaut-fixture-')));
const program = await startProgram({ HIBERNAUT_ALLOWED_USERS: ALLOWED.join(',') }, { main, folder });
try {
  await actOut(program, { hasFilesAndCodes: existsSync(join(dirname(main), 'cli', 'pair.ts')) });
} finally {
  await program.close();
}
putAway(folder, name);
rmSync(folder, { recursive: true });
if (main === MAIN) {
  writeFileSync(join(FIXTURES, name, 'shapes.json'), `${JSON.stringify(shapesOfRecords())}\n`);
}
process.stdout.write(`${join(FIXTURES, name)}\n`);
