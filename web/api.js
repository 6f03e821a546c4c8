// Asks the API. A refusal becomes an error with the words of its problem document.
"use strict";

const PATIENCE_MS = 30000;

class Refusal extends Error {
  constructor(message, status = 0, location = null) {
    super(message);
    this.status = status;
    this.location = location;
  }
}

async function api(path, options = {}) {
  const headers = { ...options.headers, ...(page.key && { "x-functions-key": page.key }) };
  const reply = await fetch(path, { ...options, headers, cache: "no-store" }).catch(() => {
    throw new Refusal("The server does not answer.");
  });
  if (!reply.ok) throw await refusalOf(reply);
  return reply;
}

async function refusalOf(reply) {
  const problem = await reply.json().catch(() => ({}));
  const message = problem.detail || problem.title || `The server answered with status ${reply.status}.`;
  return new Refusal(message, reply.status, reply.headers.get("location"));
}

async function read(path) {
  const reply = await api(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
  return reply.json().catch(() => {
    throw new Refusal("The server's answer could not be read.");
  });
}

function sendJson(path, body) {
  return api(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** A function key in the address is kept for this tab, and taken out of the address bar and the history. */
function takeKey() {
  const address = new URL(location.href);
  const given = address.searchParams.get("code");
  if (given) {
    sessionStorage.setItem("functions-key", given);
    address.searchParams.delete("code");
    history.replaceState(null, "", address);
  }
  page.key = sessionStorage.getItem("functions-key") || "";
}
