/** The paperclip: files from the person's disk, sent with what was typed as their caption. */
import { act } from './connection.js';

/** @param {{button: HTMLElement, input: HTMLInputElement, onFiles: (files: File[]) => void}} parts */
export function connectAttach({ button, input, onFiles }) {
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const files = [...input.files];
    // The same file can be chosen again.
    input.value = '';
    if (files.length > 0) onFiles(files);
  });
}

/** @throws Error with a sentence for the person */
export async function sendFiles(place, caption, files) {
  const read = await Promise.all(
    files.map(async (file) => ({ name: file.name, type: file.type, content: await toBase64(file) })),
  );
  await act('attach', { ...place, caption, files: read });
}

/** @param {Blob} file */
function toBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // `data:text/plain;base64,…`
    reader.addEventListener('load', () => resolve(reader.result.slice(reader.result.indexOf(',') + 1)));
    reader.addEventListener('error', () => reject(new Error(`${file.name} can't be read.`)));
    reader.readAsDataURL(file);
  });
}
