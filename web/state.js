// What a run's states are called, and what the page knows of the runs. All of it comes from the API.
"use strict";

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
  experiment: null, // of the open run: its newest analysis
  stamp: "",
  missing: "",
  decided: new Map(), // variant id and content hash -> what was recorded from this page
  refused: new Map(), // variant id -> why a decision was refused
  deciding: new Set(),
  failedAction: "", // what could not be done with the open run, and why
  focusRun: false,
  trouble: "", // why the last look failed
  misses: 0, // failed looks in a row
  polls: 0,
  timer: 0,
};

const isLiving = (run) => !ENDED.has(run.state);
const living = () => [...page.runs.values()].filter(isLiving);
const newestFirst = () => [...page.runs.values()].sort((a, b) => (b.created_at ?? "").localeCompare(a.created_at ?? ""));
