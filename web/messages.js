// Shows the messages by segment, side by side, and takes decisions on them.
"use strict";

const LONG_BODY = 1500; // characters
const DECISIONS_PER_REQUEST = 500;
const STANDINGS = {
  approved: ["Approved", "good"],
  rejected: ["Rejected", "bad"],
  timed_out: ["Not decided in time", "bad"],
  blocked: ["Blocked", "bad"],
  denied: ["Denied: no approval policy", "bad"],
};
const RECORDED = { approve: ["Approval recorded", "good"], reject: ["Rejection recorded", "bad"] };
const CITATION = /[[［【〔]\s*sources?\b(?:[^[\]［］【】〔〕]|\[[^[\]]*\]){0,1000}[\]］】〕]/gi;

function renderMessages(run) {
  const open = page.variants.filter((variant) => mayDecide(run, variant));
  byId("messages-note").textContent = messagesNote(run);
  byId("approve-all").hidden = open.length < 2;
  byId("approve-all").textContent = `Approve the ${open.length} undecided`;
  const segments = segmentsOf(run);
  paint(byId("segments"), segments, (segment) => segment.id, buildSegment);
  for (const { id } of segments) {
    const cards = messagesOf(id).map((variant) => messageCard(run, variant));
    const shell = [...byId("segments").children].find((node) => node.dataset.key === id);
    paint(shell.querySelector(".messages"), cards, (card) => card.variant.variant_id, buildMessage);
  }
}

function messagesNote(run) {
  if (page.variants.length > 0) return "";
  return isLiving(run) ? "None yet. They appear here as each segment is done." : "This run wrote no messages.";
}

function segmentsOf(run) {
  const sizes = new Map((run.result?.segments ?? []).map((segment) => [segment.segment, segment.size]));
  const names = new Map(page.variants.map((variant) => [variant.segment_id, variant.segment]));
  return [...names].map(([id, name]) => ({ id, name, size: sizes.get(name) ?? null }));
}

function messagesOf(segmentId) {
  const found = page.variants.filter((variant) => variant.segment_id === segmentId);
  return found.sort((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone));
}

function buildSegment({ name, size }) {
  const heading = el("h4", { dir: "auto" }, name);
  if (size !== null) heading.append(" ", el("span", { class: "optional" }, `${count(size)} customers`));
  return el("section", { class: "segment", "aria-label": name }, heading, el("div", { class: "messages" }));
}

function mayDecide(run, variant) {
  const passed = variant.verdict?.status === "pass" && !variant.approval;
  return run.state === "awaiting_approval" && passed && !decisionOn(variant);
}

/** What a person decided: as just recorded from this page, or as the app knows it. */
function decisionOn({ content_hash: hash, variant_id: id, decision }) {
  return page.decided.get(`${id} ${hash}`) ?? decision?.decision;
}

function messageCard(run, variant) {
  const id = variant.variant_id;
  return {
    variant,
    standing: standingOf(run, variant),
    decide: mayDecide(run, variant),
    busy: page.deciding.has(id),
    refused: page.refused.get(id) ?? "",
  };
}

function standingOf(run, variant) {
  const { verdict, approval } = variant;
  if (verdict?.status === "block") return STANDINGS.blocked;
  if (approval) return STANDINGS[approval.status];
  if (decisionOn(variant)) return RECORDED[decisionOn(variant)];
  if (!verdict) return [isLiving(run) ? "Being screened" : "Not screened", "still"];
  return run.state === "awaiting_approval" ? ["Undecided", "asks"] : ["Passed", "good"];
}

function buildMessage({ variant, standing, decide: open, busy, refused }) {
  const [node, slots] = copyOf(byId("message"));
  node.setAttribute("aria-label", `${variant.segment}, ${variant.tone}`);
  slots.tone.textContent = sentence(variant.tone) + (variant.tone_lowered ? ", without urgency" : "");
  setState(slots.standing, standing);
  setOrDrop(slots.reason, reasonOf(variant));
  fillMail(node, slots, variant);
  for (const [term, text] of messageFacts(variant)) {
    slots.facts.append(el("dt", {}, term), el("dd", { dir: "auto" }, text));
  }
  slots.refused.hidden = !refused;
  slots.refused.textContent = refused;
  if (open) bindDecision(slots.decide, variant, busy);
  else slots.decide.remove();
  return node;
}

function reasonOf({ verdict, findings }) {
  if (verdict?.status === "pass") return "";
  if (verdict) return sentence(verdict.block_reason);
  return findings.map((finding) => sentence(`${finding.check}: ${finding.detail}`)).join("\n");
}

function fillMail(node, slots, { subject, preheader, body, call_to_action: action }) {
  if (!subject && !body) {
    node.querySelector(".mail").replaceChildren(el("p", { class: "note" }, "There is no text: no message came back."));
    return;
  }
  slots.subject.textContent = subject || "(no subject)";
  setOrDrop(slots.preheader, preheader);
  slots.body.append(...withCitations(body));
  if (action) slots.action.textContent = action;
  else node.querySelector(".action").remove();
  foldLong(slots.body, slots.more, body.length > LONG_BODY);
}

/** The body as text, each citation marked. */
function withCitations(body) {
  const parts = [];
  let end = 0;
  for (const { 0: citation, index } of body.matchAll(CITATION)) {
    parts.push(body.slice(end, index), el("mark", {}, citation));
    end = index + citation.length;
  }
  return [...parts, body.slice(end)];
}

function foldLong(body, more, long) {
  if (!long) return more.remove();
  body.classList.add("folded");
  more.addEventListener("click", () => {
    const folded = body.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(!folded));
    more.textContent = folded ? "Show all of it" : "Show less";
  });
}

function messageFacts(variant) {
  const { citations, verdict, approval, provider, model, tokens_used: tokens, cost_usd: cost } = variant;
  const sources = citations.map((citation) => `${citation.title}, ${citation.section}`);
  return [
    ["Sources", sources.length ? sources.join("\n") : "None resolved to an approved document"],
    ...(verdict ? [["Severities, 0 to 6", severities(verdict)], ["Screened by", verdict.provider]] : []),
    ...(approval ? [["Decided by", approval.decided_by]] : []),
    ["Written by", `${provider}, ${model}`],
    ...(variant.revision ? [["Edited", `revision ${variant.revision}, by ${variant.authors.join(", ")}`]] : []),
    ["Used", `${count(tokens)} tokens, ${money(cost)}`],
  ];
}

function severities(verdict) {
  const rated = (name) => `${name.replace("_", "-")} ${verdict[`${name}_severity`] ?? "not rated"}`;
  return ["hate", "violence", "self_harm", "sexual"].map(rated).join(", ");
}

function bindDecision(row, variant, busy) {
  for (const button of row.children) {
    const { decision } = button.dataset;
    button.disabled = busy;
    button.setAttribute("aria-label", `${button.textContent}: ${variant.segment}, ${variant.tone}`);
    button.addEventListener("click", () => decide([variant], decision));
  }
}

async function decide(variants, decision) {
  const ids = variants.map((variant) => variant.variant_id);
  for (const id of ids) page.deciding.add(id);
  render();
  try {
    await sendDecisions(variants, decision);
  } catch (fault) {
    for (const variant of variants) {
      if (!decisionOn(variant)) page.refused.set(variant.variant_id, sentence(fault.message));
    }
  }
  for (const id of ids) page.deciding.delete(id);
  render();
  await look(false);
}

async function sendDecisions(variants, decision) {
  const { approval } = page.run.links;
  for (let start = 0; start < variants.length; start += DECISIONS_PER_REQUEST) {
    const part = variants.slice(start, start + DECISIONS_PER_REQUEST);
    const decisions = part.map(({ variant_id, content_hash }) => ({ variant_id, content_hash, decision }));
    await sendJson(approval, { decisions });
    for (const { variant_id: id, content_hash: hash } of part) {
      page.decided.set(`${id} ${hash}`, decision);
      page.refused.delete(id);
    }
  }
}

async function approveAll() {
  const open = page.variants.filter((variant) => mayDecide(page.run, variant));
  const text = `${open.length} messages that passed every check are approved as they stand. This cannot be taken back.`;
  const agreed = await confirmed("Approve all undecided messages?", text, "Approve them", "primary");
  if (agreed) await decide(open, "approve");
}
