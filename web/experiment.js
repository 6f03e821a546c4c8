// Shows the experiment: its conclusion, the lift over control, engagement by arm, the best arm by segment.
"use strict";

const TONES = ["urgent", "informational", "friendly"]; // treatment_1 is always the first of these, and so on
const METRICS = {
  open_rate: "Opens",
  click_rate: "Clicks",
  conversion_rate: "Conversions",
  revenue_per_customer: "Revenue per customer",
};
const SOURCES = {
  simulated: "Simulated: nobody was mailed. These figures follow from assumptions, not from what customers did.",
  historical: "Simulated from historical rates: nobody was mailed. These figures are not what customers did.",
};

function buildExperiment(experiment) {
  const source = SOURCES[experiment.engagement_source];
  const heading = el("div", { class: "heading-line left" }, el("h3", {}, "Experiment"));
  if (source) heading.append(el("strong", { class: "simulated" }, "Simulated"));
  if (experiment.analysis) heading.append(el("span", { class: "small" }, observedText(experiment)));
  return el("section", { class: "experiment" }, heading, [
    el("p", { class: "finding", dir: "auto" }, experiment.conclusion.replace(/treatment_\d/g, armName)),
    ...(source ? [el("p", { class: "mark" }, source)] : []),
    ...(experiment.a_a_test ? [el("p", { class: "mark" }, "A/A test: every arm has the same message.")] : []),
    ...(experiment.srm.mismatch ? [buildNotice({ kind: "warning", text: ratioText(experiment.srm) })] : []),
    buildLiftTable(experiment),
    buildArmTable(experiment),
    buildSegmentTable(experiment),
  ]);
}

function observedText({ analysis, observation }) {
  const files = observation.files === 1 ? "1 file" : `${count(observation.files)} files`;
  return `Observed: analysis ${analysis}, ${count(observation.counted)} rows of ${files}`;
}

function ratioText({ p_value: p }) {
  return `The arms' sizes do not fit their planned shares (p-value ${pValue(p)}), so no arm is called better.`;
}

function buildLiftTable({ lift_analysis: lifts, alpha, looks, engagement_source: source }) {
  const level = `${+(100 * (1 - alpha)).toPrecision(4)}%`;
  const [lift, difference] = [`#Lift (${level} interval)`, `Difference in points (${level} interval)`];
  const columns = ["Arm", "#Control", "#Arm's value", lift, difference, "#Adjusted p", "Result"];
  const of = (metric) => lifts.filter((lift) => lift.metric === metric);
  const reasons = [...new Set(lifts.map((lift) => lift.reason).filter(Boolean))];
  const metrics = [...new Set(lifts.map((lift) => lift.metric))]; // the primary one first, as they come
  const groups = metrics.map((metric) => buildLiftGroup(metric, of(metric), reasons, looks));
  const holding = looks === "any" ? "; intervals and p hold at all looks" : "";
  return buildTable(`Lift over control${marked(source)}${holding}`, columns, groups, reasons);
}

function buildLiftGroup(metric, lifts, reasons, looks) {
  const reach = (lift) => [...(deciding(lift, looks).abs_ci ?? []), lift.abs_diff ?? 0];
  const widest = Math.max(...lifts.flatMap(reach).map(Math.abs));
  const title = el("tr", { class: "group" }, el("th", { scope: "rowgroup", colspan: 7 }, METRICS[metric]));
  return el("tbody", {}, title, lifts.map((lift) => buildLiftRow(lift, widest, reasons, looks)));
}

function buildLiftRow(lift, widest, reasons, looks) {
  const note = reasons.indexOf(lift.reason) + 1;
  const shown = deciding(lift, looks);
  return buildRow([
    [armName(lift.treatment_arm), small(sizes(lift))],
    numeric(value(lift.metric, lift.control_rate)),
    numeric(value(lift.metric, lift.treatment_rate)),
    numeric(signed(lift.lift_percent), range(shown.lift_ci_percent)),
    isRevenue(lift) ? amountText(lift.abs_diff, shown.abs_ci) : buildInterval(lift, shown.abs_ci, widest),
    numeric(pValue(shown.p_adjusted)),
    [lift.significant ? el("b", {}, "Significant") : "Inconclusive", small(note ? `Note ${note}` : "")],
  ]);
}

/** Where outcomes may be looked at at any time, the figures that hold at all looks decide. */
const deciding = (lift, looks) => (looks === "any" && lift.sequential ? lift.sequential : lift);

const isRevenue = ({ metric }) => metric === "revenue_per_customer";

const sizes = ({ treatment_size: arm, control_size: control }) => `${count(arm)} against ${count(control)}`;

function value(metric, number) {
  if (metric !== "revenue_per_customer") return percent(number, 2);
  return number === null ? "–" : number.toFixed(2);
}

function amountText(at, interval) {
  const amount = (number) => minus(`${number > 0 ? "+" : ""}${number.toFixed(2)}`);
  if (at === null) return "–";
  return `${amount(at)}${interval ? ` (${amount(interval[0])} to ${amount(interval[1])})` : ""}`;
}

/** The difference in percentage points as a dot on a line, zero in the middle; its words are read out instead. */
function buildInterval({ abs_diff: at }, interval, widest) {
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
  const counts = Object.values(strata);
  const rows = arms.map((arm) => {
    const sum = (name) => counts.reduce((total, segment) => total + (segment[arm.arm_name]?.[name] ?? 0), 0);
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
      segment.best_performing_arm ? [armName(segment.best_performing_arm), small(sizes(segment))] : "None",
      numeric(signed(segment.lift_percent), range(segment.lift_ci_percent)),
      numeric(pValue(segment.p_adjusted)),
      sentence(segment.verdict.replace(/treatment_\d/g, armName)),
    ]),
  );
  const columns = ["Segment", "Best arm", "#Lift", "#Adjusted p", "Verdict"];
  return buildTable(`Best arm by segment${marked(source)}`, columns, [el("tbody", {}, rows)]);
}

const marked = (source) => (SOURCES[source] ? " (simulated)" : "");

function armName(arm) {
  const number = /^treatment_(\d)$/.exec(arm)?.[1];
  if (!number) return sentence(arm);
  return TONES[number - 1] ? `Treatment ${number} (${TONES[number - 1]})` : `Treatment ${number}`;
}
