/** The page's way to the sandbox: changes come as server-sent events, everything a person does goes out as a JSON POST. */

/**
 * @param {{onWorld: (world: object) => void, onChat: (change: object) => void, onConnected: (connected: boolean) => void}} listeners
 */
export function listen({ onWorld, onChat, onConnected }) {
  const source = new EventSource('changes');
  source.addEventListener('open', () => onConnected(true));
  // The browser connects again by itself, and then gets everything anew.
  source.addEventListener('error', () => onConnected(false));
  source.addEventListener('world', (event) => onWorld(JSON.parse(event.data)));
  source.addEventListener('chat', (event) => onChat(JSON.parse(event.data)));
}

/**
 * @returns what the sandbox answered
 * @throws Error with a sentence for the person
 */
export async function act(action, body) {
  const response = await fetch(`actions/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error('The sandbox does not answer. Is it still running in the terminal?');
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
