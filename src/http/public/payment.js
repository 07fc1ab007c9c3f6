// Asks whether the payment is known yet, and lets the server say what happened by loading the page again.
const { session } = document.currentScript.dataset;
const address = `/payment/verify-session?session_id=${encodeURIComponent(session)}`;
const startedAt = Date.now();
const secondsSince = (ms) => (Date.now() - ms) / 1000;

async function isPending() {
  try {
    const response = await fetch(address, { headers: { accept: 'application/json' } });
    // An error of the server's or of the network's says nothing about the payment: ask again.
    if (response.status >= 500) return true;
    return (await response.json()).status === 'pending';
  } catch {
    return true;
  }
}

async function ask() {
  if (!(await isPending())) {
    location.reload();
    return;
  }
  if (secondsSince(startedAt) > 60) document.getElementById('still-waiting').hidden = false;
  setTimeout(ask, secondsSince(startedAt) > 300 ? 15_000 : 2000);
}

setTimeout(ask, 2000);
