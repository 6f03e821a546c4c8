// Figures and words as text: one form each. Touches no element.
"use strict";

const count = (value) => value.toLocaleString("en-GB");
const minus = (text) => text.replace("-", "−");
const doneOf = ({ done, total }) => `${count(done)} of ${count(total)}`;
const percent = (share, digits) => (share === null ? "–" : `${(100 * share).toFixed(digits)}%`);
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const MOMENT = { dateStyle: "medium", timeStyle: "short" };
const moment = (text) => (text ? new Date(text).toLocaleString("en-GB", MOMENT) : "at an unknown time");

function signed(value) {
  if (value === null) return "–";
  const form = { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" };
  return minus(`${value.toLocaleString("en-GB", form)}%`);
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
