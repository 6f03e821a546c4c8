// The dashboard: lists the runs, shows one of them, starts and cancels runs, and takes decisions on messages.
// Everything it knows comes from the API. Words from outside only ever become text, never markup.
"use strict";

const POLL_MS = 2000;
const LONGEST_POLL_MS = 30000;
const PATIENCE_MS = 30000;
const POLLS_PER_LIST = 5; // in between, only the runs that are known to live are asked about
const MOST_SINGLE_LOOKS = 8;
const RUNS_PER_PAGE = 200;
const MOST_PAGES = 5;
const LONG_BODY = 1500; // characters
const DECISIONS_PER_REQUEST = 500;

const STATES = {
  queued: ["Waiting to start", "live"],
  planning: ["Reading the list", "live"],
  segmenting: ["Segmenting customers", "live"],
  personalising: ["Writing and screening", "live"],
  awaiting_approval: ["Waiting for approval", "asks"],
  experimenting: ["Running the experiment", "live"],
  reporting: ["Writing the report", "live"],
  completed: ["Completed", "good"],
  completed_with_errors: ["Completed with errors", "asks"],
  failed: ["Failed", "bad"],
  cancelled: ["Cancelled", "still"],
};
const STEPS = ["planning", "segmenting", "personalising", "awaiting_approval", "experimenting", "reporting"];
const ENDED = new Set(["completed", "completed_with_errors", "failed", "cancelled"]);
const TONES = ["urgent", "informational", "friendly"]; // treatment_1 is always the first of these, and so on
const METRICS = { open_rate: "Opens", click_rate: "Clicks", conversion_rate: "Conversions" };
const SOURCES = {
  simulated: "Simulated: nobody was mailed. These figures follow from assumptions, not from what customers did.",
  historical: "Simulated from historical rates: nobody was mailed. These figures are not what customers did.",
};
const STANDINGS = {
  approved: ["Approved", "good"],
  rejected: ["Rejected", "bad"],
  timed_out: ["Not decided in time", "bad"],
  blocked: ["Blocked", "bad"],
};
const CITATION = /[[［【〔]\s*sources?\b(?:[^[\]［］【】〔〕]|\[[^[\]]*\]){0,1000}[\]］】〕]/gi;

// What the page knows. ``openId`` is the run to show, ``run`` what the API said of it, null until it has answered.
const page = {
  key: "",
  locked: false,
  runs: new Map(),
  listed: false,
  cutOff: false,
  openId: null,
  run: null,
  variants: [],
  stamp: "",
  missing: "",
  decided: new Map(), // variant id -> what was recorded from this page
  refused: new Map(), // variant id -> why a decision was refused
  deciding: new Set(),
  failedAction: "", // what could not be done with the open run, and why
  focusRun: false,
  trouble: "",
  misses: 0,
  polls: 0,
  timer: 0,
};

// --- the API ---------------------------------------------------------------------------------------------------------

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

// --- looking, and looking again --------------------------------------------------------------------------------------

/** Ask the API, show what it says, and plan the next look. */
async function look(wholeList) {
  clearTimeout(page.timer);
  try {
    await loadOpen();
    await (wholeList ? loadList() : loadLiving());
    await openNewest();
    Object.assign(page, { trouble: "", misses: 0, locked: false });
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    page.locked = fault.status === 401 || fault.status === 403;
    page.trouble = fault.message;
    page.misses += 1;
  }
  render();
  planNextLook();
}

function planNextLook() {
  clearTimeout(page.timer);
  const needed = page.misses > 0 || living().length > 0;
  if (document.hidden || page.locked || !needed) return;
  const wait = Math.min(POLL_MS * 2 ** page.misses, LONGEST_POLL_MS);
  page.polls += 1;
  page.timer = setTimeout(look, wait, page.misses > 0 || page.polls % POLLS_PER_LIST === 0);
}

async function loadList() {
  const found = new Map();
  let next = `/api/runs?limit=${RUNS_PER_PAGE}`;
  for (let pages = 0; next && pages < MOST_PAGES; pages += 1) {
    const list = await read(next);
    for (const run of list.runs) found.set(run.run_id, run);
    next = list.next;
  }
  Object.assign(page, { runs: found, listed: true, cutOff: Boolean(next) });
}

async function loadLiving() {
  const others = living().filter((run) => run.run_id !== page.openId);
  if (others.length > MOST_SINGLE_LOOKS) return loadList();
  for (const run of await Promise.all(others.map((run) => read(run.links.self)))) page.runs.set(run.run_id, run);
}

async function loadOpen() {
  const id = page.openId;
  if (!id) return;
  try {
    const run = await read(`/api/runs/${encodeURIComponent(id)}`);
    const stamp = JSON.stringify([id, run.state, run.progress, run.counts]);
    const variants = stamp === page.stamp ? page.variants : (await read(run.links.variants)).variants;
    if (id !== page.openId) return; // another one was opened in the meantime
    announceChange(page.run, run);
    Object.assign(page, { run, variants, stamp, missing: "" });
    page.runs.set(id, run);
  } catch (fault) {
    if (fault.status !== 404 || id !== page.openId) throw fault;
    Object.assign(page, { run: null, missing: sentence(fault.message) });
  }
}

async function openNewest() {
  if (page.openId || page.runs.size === 0) return;
  page.openId = newestFirst()[0].run_id;
  await loadOpen();
}

const isLiving = (run) => !ENDED.has(run.state);
const living = () => [...page.runs.values()].filter(isLiving);
const newestFirst = () => [...page.runs.values()].sort((a, b) => b.created_at.localeCompare(a.created_at));

function announceChange(before, now) {
  if (before && before.run_id === now.run_id && before.state !== now.state) {
    byId("announcer").textContent = `Run ${now.run_id}: ${STATES[now.state][0]}`;
  }
}

// --- making elements -------------------------------------------------------------------------------------------------

const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a string child becomes text. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat(Infinity));
  return node;
}

/** A copy of a template's element, and its slots by name. */
function copyOf(template) {
  const node = template.content.firstElementChild.cloneNode(true);
  const slots = {};
  for (const slot of node.querySelectorAll("[data-field]")) slots[slot.dataset.field] = slot;
  return [node, slots];
}

const drawn = new WeakMap();

/** Make ``parent`` show ``items``. What has not changed stays as it is, with its focus, scrolling and open parts. */
function paint(parent, items, keyOf, build) {
  const present = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const key = keyOf(item);
    const text = JSON.stringify(item);
    const old = present.get(key);
    return old && drawn.get(old) === text ? old : keyed(build(item), key, text);
  });
  const focused = [...parent.children].find((node) => !nodes.includes(node) && node.contains(document.activeElement));
  const onLink = document.activeElement.matches("a");
  for (const node of present.values()) if (!nodes.includes(node)) node.remove();
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
  if (focused) refocus(nodes.find((node) => node.dataset.key === focused.dataset.key), onLink);
}

function refocus(node, onLink) {
  const target = (onLink && node?.querySelector("a")) || node;
  target?.focus({ preventScroll: true });
}

function keyed(node, key, text) {
  node.dataset.key = key;
  node.tabIndex = -1; // so that focus has somewhere to go when what had it is drawn anew
  drawn.set(node, text);
  return node;
}

/** Make ``parent`` show one thing, or nothing when ``item`` is null. */
function paintOne(parent, item, build) {
  paint(parent, item === null ? [] : [item], () => "only", build);
}

function setState(node, [label, kind]) {
  node.textContent = label;
  node.dataset.kind = kind;
}

// --- the whole page --------------------------------------------------------------------------------------------------

function render() {
  renderConnection();
  renderList();
  renderMain();
}

function renderConnection() {
  const trouble = page.trouble && !page.locked;
  byId("connection").textContent = trouble ? `Not up to date (${page.trouble.replace(/\.$/, "")}). Trying again.` : "";
}

function renderList() {
  byId("runs-note").textContent = listNote();
  paint(byId("runs"), newestFirst().map(listItem), (item) => item.id, buildListItem);
}

function listNote() {
  if (page.locked) return "Locked.";
  if (!page.listed) return page.trouble ? "The runs could not be loaded." : "Loading the runs…";
  if (page.runs.size === 0) return "No runs yet.";
  return page.cutOff ? `There are more than ${count(page.runs.size)}; these are the first by id.` : "";
}

function listItem(run) {
  const { run_id: id, state, progress, created_at: when } = run;
  return { id, state, when, progress: isLiving(run) ? progress : null, open: id === page.openId };
}

function buildListItem({ id, state, when, progress, open }) {
  const [node, slots] = copyOf(byId("run-item"));
  const link = node.querySelector("a");
  link.href = `#/runs/${encodeURIComponent(id)}`;
  if (open) link.setAttribute("aria-current", "page");
  slots.name.textContent = id;
  const [label, kind] = STATES[state];
  setState(slots.state, [progress?.total ? `${label}, ${doneOf(progress)}` : label, kind]);
  setMoment(slots.when, when);
  return node;
}

function renderMain() {
  const { locked, run, missing, openId } = page;
  byId("locked").hidden = !locked;
  byId("missing").hidden = locked || !missing;
  byId("missing-detail").textContent = missing;
  byId("run").hidden = locked || !run;
  byId("loading").hidden = locked || Boolean(run || missing) || (page.listed ? !openId : Boolean(page.trouble));
  byId("welcome").hidden = locked || Boolean(openId) || !page.listed;
  document.title = run ? `${run.run_id}: ${STATES[run.state][0]}` : "Personalisation runs";
  if (run && !locked) renderRun(run);
}

function renderRun(run) {
  byId("run-heading").textContent = run.run_id;
  setState(byId("run-state"), STATES[run.state]);
  byId("run-facts").textContent = factsOf(run).join(", ");
  byId("cancel").hidden = !isLiving(run);
  paintOne(byId("run-progress"), isLiving(run) ? { state: run.state, progress: run.progress } : null, buildProgress);
  paint(byId("run-notices"), noticesOf(run), (notice) => notice.text, buildNotice);
  paint(byId("run-figures"), figuresOf(run), (figure) => figure.title, buildFigure);
  paintOne(byId("run-files"), run.result ? filesOf(run) : null, buildFiles);
  paintOne(byId("run-experiment"), run.result?.experiment ?? null, buildExperiment);
  renderMessages(run);
  if (page.focusRun) byId("run-heading").focus();
  page.focusRun = false;
}

function factsOf(run) {
  const seconds = Object.values(run.result?.seconds ?? {}).reduce((total, step) => total + step, 0);
  return [
    `started ${moment(run.created_at)}`,
    ...(seconds ? [`took ${duration(seconds)}`] : []),
    ...(run.cost_usd === null ? [] : [`cost ${money(run.cost_usd)}`]),
  ];
}

function noticesOf(run) {
  const notices = (run.result?.warnings ?? []).map((text) => ({ kind: "plain", text: sentence(text) }));
  if (run.error) notices.unshift({ kind: "warning", text: sentence(run.error.message) });
  else if (run.state === "failed") notices.unshift({ kind: "warning", text: "The run failed. The app's log says why." });
  if (run.state === "awaiting_approval") {
    const text = "Messages wait for a decision. What is not approved before the deadline is not sent.";
    notices.unshift({ kind: "asks", text });
  }
  if (page.failedAction) notices.unshift({ kind: "warning", text: page.failedAction, role: "alert" });
  return notices;
}

function buildNotice({ kind, text, role }) {
  return el("p", { class: `notice ${kind}`, dir: "auto", ...(role && { role }) }, text);
}

// --- progress and figures --------------------------------------------------------------------------------------------

function buildProgress({ state, progress }) {
  const now = STEPS.indexOf(state);
  const steps = STEPS.map((step, place) => buildStep(STATES[step][0], place - now, progress));
  return el("ol", { class: "steps", "aria-label": "Steps of the run" }, steps);
}

/** One step; ``distance`` is 0 for the one under way and negative for those before it. */
function buildStep(label, distance, progress) {
  const known = distance === 0 && progress.total > 0;
  const bar = el("progress", { "aria-label": label, max: known ? progress.total : 1 });
  if (distance !== 0 || known) bar.value = distance < 0 ? 1 : known ? progress.done : 0;
  const stage = distance < 0 ? "done" : distance === 0 ? "now" : "later";
  const text = known ? `${label}, ${doneOf(progress)}` : label;
  return el("li", { class: stage, ...(stage === "now" && { "aria-current": "step" }) }, bar, el("span", {}, text));
}

/** The funnels: lists of bars, each with its share of the first. */
function figuresOf(run) {
  const { read, rows, accepted, rejected } = run.counts;
  const having = (test) => page.variants.filter(test).length;
  const passed = having(({ verdict }) => verdict?.status === "pass");
  const blocked = having(({ verdict }) => verdict?.status === "block");
  const decided = page.variants.some(({ approval }) => approval);
  const approved = decided ? having(({ approval }) => approval?.status === "approved") : undefined;
  const segments = (run.result?.segments ?? []).map((segment) => [segment.segment, segment.size]);
  const all = segments.reduce((total, [, size]) => total + size, 0);
  return [
    figure("Customers", read ?? rows, [
      ["Rows read", read ?? rows],
      ["Accepted", accepted],
      ["Rejected", rejected, "bad"],
    ]),
    figure("Segments", all, segments),
    figure("Messages", page.variants.length, [
      ["Written", page.variants.length],
      ["Passed every check", passed],
      ["Approved", approved],
      ["Blocked", blocked, "bad"],
    ]),
  ].filter((found) => found.bars.length > 0);
}

function figure(title, all, bars) {
  return { title, all, bars: all ? bars.filter(([, value]) => value !== undefined) : [] };
}

function buildFigure({ title, all, bars }) {
  const rows = bars.map(([label, value, kind = ""]) => {
    const bar = el("span", { class: `bar ${kind}` });
    bar.style.setProperty("--share", value / all);
    return el("li", {}, el("span", { dir: "auto" }, label), el("b", {}, count(value)), bar);
  });
  return el("section", { class: "figure" }, el("h3", {}, title), el("ul", {}, rows));
}

// --- files -----------------------------------------------------------------------------------------------------------

function filesOf({ run_id: id, links, result }) {
  const { report, experiment, audit } = result;
  return [
    report && ["Report", links.report_html, `${id}.html`],
    report && ["Report as PDF", links.report_pdf, `${id}.pdf`],
    report && ["Report as notebook", links.report_ipynb, `${id}.ipynb`],
    experiment && ["Assignments, CSV", links.assignments, `${id}-assignments.csv`],
    audit && ["Audit, CSV", links.audit, `${id}-audit.csv`],
  ].filter(Boolean);
}

function buildFiles(files) {
  const items = files.map(([label, href, name]) => {
    const link = el("a", { href, target: "_blank", rel: "noopener", "data-name": name }, label);
    link.addEventListener("click", saveFile);
    return el("li", {}, link);
  });
  return el("ul", { class: "files", "aria-label": "Files of the run" }, items);
}

/** With a key, a plain link would be refused: fetch the file with it instead, and save it. */
async function saveFile(event) {
  if (!page.key) return;
  event.preventDefault();
  const { href, dataset } = event.currentTarget;
  await attempt("The file could not be fetched", async () => {
    const url = URL.createObjectURL(await (await api(href)).blob());
    el("a", { href: url, download: dataset.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), PATIENCE_MS);
  });
}

// --- the experiment --------------------------------------------------------------------------------------------------

function buildExperiment(experiment) {
  const source = SOURCES[experiment.engagement_source];
  const heading = el("div", { class: "heading-line left" }, el("h3", {}, "Experiment"));
  if (source) heading.append(el("strong", { class: "simulated" }, "Simulated"));
  return el("section", { class: "experiment" }, heading, [
    el("p", { class: "finding", dir: "auto" }, experiment.conclusion),
    ...(source ? [el("p", { class: "mark" }, source)] : []),
    ...(experiment.srm.mismatch ? [buildNotice({ kind: "warning", text: ratioText(experiment.srm) })] : []),
    buildLiftTable(experiment),
    buildArmTable(experiment),
    buildSegmentTable(experiment),
  ]);
}

function ratioText({ p_value: p }) {
  return `The arms' sizes do not fit their planned shares (${pValue(p)}), so no arm is called better.`;
}

function buildLiftTable({ lift_analysis: lifts, alpha, engagement_source: source }) {
  const level = `${+(100 * (1 - alpha)).toPrecision(4)}%`;
  const [lift, difference] = [`#Lift (${level} interval)`, `Difference in points (${level} interval)`];
  const columns = ["Arm", "#Control", "#Arm's rate", lift, difference, "#Adjusted p", "Result"];
  const groups = Object.keys(METRICS).map((metric) => buildLiftGroup(metric, lifts.filter((lift) => lift.metric === metric)));
  return buildTable(`Lift over control${marked(source)}`, columns, groups.filter(Boolean));
}

function buildLiftGroup(metric, lifts) {
  if (lifts.length === 0) return null;
  const widest = Math.max(...lifts.flatMap((lift) => [...(lift.abs_ci ?? []), lift.abs_diff ?? 0].map(Math.abs)));
  const title = el("tr", { class: "group" }, el("th", { scope: "rowgroup", colspan: 7 }, METRICS[metric]));
  return el("tbody", {}, title, lifts.map((lift) => buildLiftRow(lift, widest)));
}

function buildLiftRow(lift, widest) {
  return buildRow([
    armName(lift.treatment_arm),
    numeric(percent(lift.control_rate, 2)),
    numeric(percent(lift.treatment_rate, 2)),
    numeric(signed(lift.lift_percent), range(lift.lift_ci_percent)),
    buildInterval(lift, widest),
    numeric(pValue(lift.p_adjusted)),
    [lift.significant ? el("b", {}, "Significant") : "Not significant", small(sentence(lift.reason))],
  ]);
}

/** The difference in percentage points as a dot on a line, zero in the middle; its words are read out instead. */
function buildInterval({ abs_diff: at, abs_ci: interval }, widest) {
  const [low, high] = interval ?? [at, at];
  if (at === null || !widest) return "–";
  const line = el("span", { class: "interval", role: "img", "aria-label": `${pointsText(at, interval)} points` });
  const place = { "--at": at, "--low": low, "--high": high };
  for (const [name, value] of Object.entries(place)) line.style.setProperty(name, 0.5 + value / widest / 2);
  return [line, el("span", { class: "small", "aria-hidden": "true" }, pointsText(at, interval))];
}

function pointsText(at, interval) {
  const points = (value) => minus(`${value > 0 ? "+" : ""}${(100 * value).toFixed(2)}`);
  return `${points(at)}${interval ? ` (${points(interval[0])} to ${points(interval[1])})` : ""}`;
}

function buildArmTable({ arms, strata, engagement_source: source }) {
  const rows = arms.map((arm) => {
    const sum = (name) => Object.values(strata).reduce((total, found) => total + (found[arm.arm_name]?.[name] ?? 0), 0);
    return buildRow([
      armName(arm.arm_name),
      numeric(count(arm.sample_size)),
      numeric(count(sum("opened")), percent(arm.open_rate, 1)),
      numeric(count(sum("clicked")), percent(arm.click_rate, 1)),
      numeric(count(sum("converted")), percent(arm.conversion_rate, 1)),
    ]);
  });
  const columns = ["Arm", "#Customers", "#Opened", "#Clicked", "#Converted"];
  return buildTable(`Engagement by arm${marked(source)}`, columns, [el("tbody", {}, rows)]);
}

function buildSegmentTable({ segment_breakdown: segments, engagement_source: source }) {
  const rows = segments.map((segment) =>
    buildRow([
      segment.segment,
      segment.best_performing_arm ? armName(segment.best_performing_arm) : "None",
      numeric(signed(segment.lift_percent)),
      numeric(pValue(segment.p_adjusted)),
      sentence(segment.verdict.replace(/treatment_\d/g, armName)),
    ]),
  );
  const columns = ["Segment", "Best arm", "#Lift", "#Adjusted p", "Verdict"];
  return buildTable(`Best arm by segment${marked(source)}`, columns, [el("tbody", {}, rows)]);
}

/** A table that scrolls by itself; a column's name begins with # when it holds numbers. */
function buildTable(caption, columns, bodies) {
  const heads = columns.map((name) =>
    el("th", { scope: "col", ...(name.startsWith("#") && { class: "number" }) }, name.replace(/^#/, "")),
  );
  const table = el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads)), bodies);
  return el("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 }, table);
}

function buildRow([first, ...rest]) {
  const cells = rest.map((cell) => (cell instanceof Element && cell.matches("td") ? cell : el("td", { dir: "auto" }, cell)));
  return el("tr", {}, el("th", { scope: "row", dir: "auto" }, first), cells);
}

function numeric(text, below = "") {
  return el("td", { class: "number" }, text, small(below));
}

const small = (text) => (text && text !== "–" ? [el("span", { class: "small" }, text)] : []);
const marked = (source) => (SOURCES[source] ? " (simulated)" : "");

function armName(arm) {
  const number = /^treatment_(\d)$/.exec(arm)?.[1];
  if (!number) return sentence(arm);
  return TONES[number - 1] ? `Treatment ${number} (${TONES[number - 1]})` : `Treatment ${number}`;
}

// --- messages and decisions ------------------------------------------------------------------------------------------

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
  return run.state === "awaiting_approval" && passed && !page.decided.has(variant.variant_id);
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

function standingOf(run, { variant_id: id, verdict, approval }) {
  if (verdict?.status === "block") return STANDINGS.blocked;
  if (approval) return STANDINGS[approval.status];
  if (page.decided.has(id)) return page.decided.get(id) === "approve" ? ["Approval recorded", "good"] : ["Rejection recorded", "bad"];
  if (!verdict) return [isLiving(run) ? "Being screened" : "Not screened", "still"];
  return run.state === "awaiting_approval" ? ["Undecided", "asks"] : ["Passed", "good"];
}

function buildMessage({ variant, standing, decide: open, busy, refused }) {
  const [node, slots] = copyOf(byId("message"));
  node.setAttribute("aria-label", `${variant.segment}, ${variant.tone}`);
  slots.tone.textContent = sentence(variant.tone);
  setState(slots.standing, standing);
  setOrDrop(slots.reason, reasonOf(variant));
  fillMail(node, slots, variant);
  slots.facts.append(...messageFacts(variant).flatMap(([term, text]) => [el("dt", {}, term), el("dd", { dir: "auto" }, text)]));
  slots.refused.hidden = !refused;
  slots.refused.textContent = refused;
  if (open) bindDecision(slots.decide, variant, busy);
  else slots.decide.remove();
  return node;
}

function reasonOf({ verdict, findings }) {
  if (verdict) return verdict.status === "block" ? sentence(verdict.block_reason || "blocked without a stated reason") : "";
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

function messageFacts({ citations, verdict, approval, provider, model, tokens_used: tokens, cost_usd: cost }) {
  const sources = citations.map((citation) => `${citation.title}, ${citation.section}`);
  return [
    ["Sources", sources.length ? sources.join("\n") : "None resolved to an approved document"],
    ...(verdict ? [["Severities, 0 to 6", severities(verdict)], ["Screened by", verdict.provider]] : []),
    ...(approval ? [["Decided by", approval.decided_by]] : []),
    ["Written by", `${provider}, ${model}`],
    ["Used", `${count(tokens)} tokens, ${money(cost)}`],
  ];
}

function severities(verdict) {
  const rated = (name) => verdict[`${name}_severity`] ?? "not rated";
  return ["hate", "violence", "self_harm", "sexual"].map((name) => `${name.replace("_", "-")} ${rated(name)}`).join(", ");
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
    for (const id of ids) if (!page.decided.has(id)) page.refused.set(id, sentence(fault.message));
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
    for (const { variant_id: id } of part) {
      page.decided.set(id, decision);
      page.refused.delete(id);
    }
  }
}

async function approveAll() {
  const open = page.variants.filter((variant) => mayDecide(page.run, variant));
  const text = `${open.length} messages that passed every check will be approved as they stand. This cannot be taken back.`;
  if (await confirmed("Approve all undecided messages?", text, "Approve them", "primary")) await decide(open, "approve");
}

// --- starting, cancelling, asking ------------------------------------------------------------------------------------

async function startRun(event) {
  event.preventDefault();
  const file = byId("file").files[0];
  refuseStart(file ? null : new Refusal("Choose a customer list first."));
  if (!file) return byId("file").focus();
  setBusy(true);
  try {
    const reply = await api(`/api/runs?${startQuery()}`, { method: "POST", headers: { "Content-Type": "text/csv" }, body: file });
    const { run_id: id } = await reply.json();
    byId("start").reset();
    location.hash = `#/runs/${encodeURIComponent(id)}`;
    await look(false);
  } catch (fault) {
    refuseStart(fault);
  } finally {
    setBusy(false);
  }
}

function startQuery() {
  const given = { run_id: byId("run-id").value.trim(), approval: byId("approval").value };
  return new URLSearchParams(Object.entries(given).filter(([, value]) => value));
}

function setBusy(busy) {
  byId("start-button").disabled = busy;
  byId("start-button").textContent = busy ? "Uploading…" : "Start run";
}

/** Say why a run did not start, with the way to the run that has the id; null takes it back. */
function refuseStart(fault) {
  const box = byId("start-refused");
  box.hidden = fault === null;
  box.replaceChildren();
  if (fault === null) return;
  box.append(el("p", { dir: "auto" }, fault.status ? sentence(fault.message) : fault.message));
  if (fault.status === 401 || fault.status === 403) look(true);
  if (!fault.location) return;
  box.append(el("p", {}, el("a", { href: `#/runs/${fault.location.split("/").pop()}` }, "Open that run")));
}

async function cancelRun() {
  const { run_id: id, links } = page.run;
  const text = `No further step of ${id} will begin, and its results so far are not reported. This cannot be taken back.`;
  if (!(await confirmed("Cancel this run?", text, "Cancel the run", "danger"))) return;
  await attempt("The run was not cancelled", () => api(links.cancel, { method: "POST" }));
  await look(false);
}

/** Do something with the open run; when it is refused, say so among the run's notices. */
async function attempt(whatFails, action) {
  page.failedAction = "";
  try {
    await action();
  } catch (fault) {
    page.failedAction = `${whatFails}: ${fault.message}`;
  }
  render();
}

/** Ask in a dialog; true when the answer is yes. Escape means no. */
function confirmed(heading, text, yes, kind) {
  const dialog = byId("confirm");
  byId("confirm-heading").textContent = heading;
  byId("confirm-text").textContent = text;
  byId("confirm-yes").textContent = yes;
  byId("confirm-yes").className = kind;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function unlock(event) {
  event.preventDefault();
  page.key = byId("key").value;
  sessionStorage.setItem("functions-key", page.key);
  byId("key").value = "";
  look(true).then(() => {
    byId("locked-note").textContent = page.locked ? "That key was refused." : "";
  });
}

// --- words and figures -----------------------------------------------------------------------------------------------

const count = (value) => value.toLocaleString("en-GB");
const minus = (text) => text.replace("-", "−");
const doneOf = ({ done, total }) => `${count(done)} of ${count(total)}`;
const percent = (share, digits) => (share === null ? "–" : `${(100 * share).toFixed(digits)}%`);
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const moment = (text) => new Date(text).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

function signed(value) {
  if (value === null) return "–";
  const text = value.toLocaleString("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
  return minus(`${text}%`);
}

const range = (interval) => (interval ? `${signed(interval[0])} to ${signed(interval[1])}` : "");

function pValue(value) {
  if (value === null) return "–";
  return value < 0.001 ? "<0.001" : value.toFixed(3);
}

function money(dollars) {
  if (dollars > 0 && dollars < 0.01) return "under $0.01";
  return dollars.toLocaleString("en-US", { style: "currency", currency: "USD" });
}

function duration(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function setMoment(node, text) {
  node.dateTime = text;
  node.textContent = moment(text);
}

function setOrDrop(node, text) {
  if (text) node.textContent = text;
  else node.remove();
}

// --- start -----------------------------------------------------------------------------------------------------------

function idInAddress() {
  const id = /^#\/runs\/(.+)$/.exec(location.hash)?.[1];
  try {
    return id ? decodeURIComponent(id) : null;
  } catch {
    return id; // not an encoding; the API will say that there is no such run
  }
}

function openFromAddress() {
  const id = idInAddress();
  if (!id || id === page.openId) return;
  Object.assign(page, { openId: id, run: null, variants: [], stamp: "", missing: "", failedAction: "", focusRun: true });
  for (const kept of [page.decided, page.refused, page.deciding]) kept.clear();
  render();
  look(false);
}

function bind() {
  byId("start").addEventListener("submit", startRun);
  byId("locked").addEventListener("submit", unlock);
  byId("refresh").addEventListener("click", () => look(true));
  byId("cancel").addEventListener("click", cancelRun);
  byId("approve-all").addEventListener("click", approveAll);
  byId("confirm-no").addEventListener("click", () => byId("confirm").close());
  byId("confirm-yes").addEventListener("click", () => byId("confirm").close("yes"));
  addEventListener("hashchange", openFromAddress);
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(page.timer) : look(true)));
}

takeKey();
bind();
byId("start-fold").open = matchMedia("(min-width: 60rem)").matches;
page.openId = idInAddress();
render();
look(true);
