// The dashboard: looks at the runs again and again while one lives, shows them, and starts and cancels runs.
"use strict";

const POLL_MS = 2000;
const LONGEST_POLL_MS = 30000;
const POLLS_PER_LIST = 5; // in between, only the runs that are known to live are asked about
const MOST_SINGLE_LOOKS = 8;
const RUNS_PER_PAGE = 200;
const MOST_PAGES = 5;

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
    const known = stamp === page.stamp;
    const variants = known ? page.variants : (await read(run.links.variants)).variants;
    const experiment = known ? page.experiment : await newestExperiment(run);
    if (id !== page.openId) return; // another one was opened in the meantime
    announceChange(page.run, run);
    Object.assign(page, { run, variants, experiment, stamp, missing: "" });
    page.runs.set(id, run);
  } catch (fault) {
    if (fault.status !== 404 || id !== page.openId) throw fault;
    Object.assign(page, { run: null, missing: sentence(fault.message) });
  }
}

/** The newest analysis: the run's own, or that of the outcomes that were loaded last. */
async function newestExperiment({ result, links }) {
  return result?.experiment ? read(links.experiment) : null;
}

async function openNewest() {
  if (page.openId || page.runs.size === 0) return;
  page.openId = newestFirst()[0].run_id;
  await loadOpen();
}

function announceChange(before, now) {
  if (before && before.run_id === now.run_id && before.state !== now.state) {
    byId("announcer").textContent = `Run ${now.run_id}: ${STATES[now.state][0]}`;
  }
}

// --- the whole page --------------------------------------------------------------------------------------------------

function render() {
  renderConnection();
  renderList();
  renderMain();
}

function renderConnection() {
  const trouble = page.trouble && !page.locked;
  const why = page.trouble.replace(/\.$/, "");
  byId("connection").textContent = trouble ? `Not up to date (${why}). Trying again.` : "";
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
  const { locked, run, openId } = page;
  const missing = page.missing || (run || page.listed ? "" : sentence(page.trouble));
  byId("locked").hidden = !locked;
  byId("missing").hidden = locked || !missing;
  byId("missing-heading").textContent = page.missing ? "This run cannot be shown" : "The runs cannot be shown";
  byId("missing-detail").textContent = missing;
  byId("run").hidden = locked || !run;
  byId("loading").hidden = locked || Boolean(run || missing) || (page.listed && !openId);
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
  paintOne(byId("run-experiment"), page.experiment, buildExperiment);
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
  else if (run.state === "failed") notices.unshift({ kind: "warning", text: "The run failed. The log says why." });
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
  const { read, rows, accepted, rejected, suppressed } = run.counts;
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
      ["Suppressed", suppressed, "bad"],
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

// --- starting and cancelling -----------------------------------------------------------------------------------------

async function startRun(event) {
  event.preventDefault();
  const file = byId("file").files[0];
  refuseStart(file ? null : new Refusal("Choose a customer list first."));
  if (!file) return byId("file").focus();
  setBusy(true);
  try {
    const upload = { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file };
    const { run_id: id } = await (await api(`/api/runs?${startQuery()}`, upload)).json();
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
  const text = `No further step of ${id} will begin, and no report is written. This cannot be taken back.`;
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

function unlock(event) {
  event.preventDefault();
  page.key = byId("key").value;
  sessionStorage.setItem("functions-key", page.key);
  byId("key").value = "";
  look(true).then(() => {
    byId("locked-note").textContent = page.locked ? "That key was refused." : "";
  });
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
  Object.assign(page, { openId: id, run: null, variants: [], stamp: "", missing: "", failedAction: "" });
  page.focusRun = true;
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
