/** Lets the browser in with the code behind the `#`, which it takes out of the address and its history at once. */
const code = location.hash.slice(1);
history.replaceState(null, '', location.pathname);

function refuse(sentence) {
  document.getElementById('why').textContent = sentence;
  document.getElementById('how').hidden = false;
}

/** Who comes here from a link of another site brings no cookie along; from here on it does. */
async function isKnown() {
  const response = await fetch('index.html', { method: 'HEAD' });
  return response.ok;
}

async function enter() {
  if (/^[\w-]{32}$/.test(code)) {
    const response = await fetch('enter', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    if (!response.ok && !(await isKnown())) {
      refuse('This address has been used, or is too old.');
      return;
    }
    if (!(await isKnown())) {
      refuse('This browser keeps no cookie of this page. Allow that, and open a new address.');
      return;
    }
  } else if (!(await isKnown())) {
    refuse('This browser is not known here.');
    return;
  }
  location.replace(location.pathname);
}

enter().catch(() => refuse('Hibernaut does not answer. Is it still running?'));
